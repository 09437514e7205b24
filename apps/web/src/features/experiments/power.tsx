import { Alert, Button, Group, NumberInput, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { errorText } from '../../api/errors.ts';
import { useTRPC } from '../../api/trpc.ts';
import { Panel } from '../models/panel.tsx';
import { number } from '../models/numbers.ts';
import classes from './experiments.module.css';
import { type PlanPartProps, numberOr } from './plan-part.ts';

/** How many participants it takes, told while the plan changes; what is wrong with the plan shows here too. */
export function Power({ plan, onChange }: PlanPartProps) {
  const { smallestEffect, alpha, power, sampleSize } = plan;
  const trpc = useTRPC();
  const [settled] = useDebouncedValue(plan, 200);
  const { data, error } = useQuery(
    trpc.studies.power.queryOptions({ plan: settled }, { placeholderData: keepPreviousData }),
  );
  return (
    <Panel
      title="How many participants"
      note="Of the paired t-test between the two arms, two-sided. An effect of 0.2 is small, 0.5 medium, 0.8 large (Cohen’s d of the participants’ differences)."
    >
      <div className={classes.fields}>
        <NumberInput
          label="Smallest effect worth finding"
          min={0.05}
          max={3}
          step={0.05}
          decimalScale={2}
          value={smallestEffect}
          onChange={(value) => onChange({ smallestEffect: numberOr(smallestEffect, value) })}
        />
        <NumberInput
          label="Significance level"
          min={0.0001}
          max={0.2}
          step={0.01}
          decimalScale={4}
          value={alpha}
          onChange={(value) => onChange({ alpha: numberOr(alpha, value) })}
        />
        <NumberInput
          label="Power"
          min={0.5}
          max={0.999}
          step={0.05}
          decimalScale={3}
          value={power}
          onChange={(value) => onChange({ power: numberOr(power, value) })}
        />
        <NumberInput
          label="Participants"
          min={2}
          max={10_000}
          allowDecimal={false}
          value={sampleSize}
          onChange={(value) => onChange({ sampleSize: numberOr(sampleSize, value) })}
        />
      </div>
      {error ? (
        <Alert color="red" role="alert" title="This plan cannot be used yet">
          {errorText(error)}
        </Alert>
      ) : (
        data && (
          <Group gap="sm" role="status">
            <Text size="sm">
              {data.participants === null
                ? 'No number of participants is enough.'
                : `It takes ${data.participants} participants.`}{' '}
              With {settled.sampleSize} the power is {number(data.power, 2)}.
            </Text>
            {data.participants !== null && data.participants !== sampleSize && (
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => onChange({ sampleSize: data.participants! })}
              >
                Use {data.participants}
              </Button>
            )}
          </Group>
        )
      )}
    </Panel>
  );
}
