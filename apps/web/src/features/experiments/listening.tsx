import { Checkbox, NumberInput, Select, Stack } from '@mantine/core';
import { Panel } from '../models/panel.tsx';
import classes from './experiments.module.css';
import { type PlanPartProps, numberOr } from './plan-part.ts';

const scales = [
  { value: 'like', label: 'Like or dislike' },
  { value: '5', label: '1 to 5, from 4 on a like' },
  { value: '7', label: '1 to 7, from 5 on a like' },
];
const likeFrom = { like: 1, 5: 4, 7: 5 };

const exclusionLabels = {
  unfinished: 'did not finish',
  failedAttention: 'failed the attention check',
  sameAnswerThroughout: 'gave the same answer throughout',
  fasterThanMinimumListen: 'rated without listening long enough',
};

/** What a participant does, and whose answers count. */
export function Listening({ plan, onChange }: PlanPartProps) {
  const { scale, seedCount, clipSeconds, minimumListenSeconds, exclusions } = plan;
  return (
    <Panel title="Listening and rating">
      <div className={classes.fields}>
        <NumberInput
          label="Songs each participant chooses"
          min={1}
          max={20}
          allowDecimal={false}
          value={seedCount}
          onChange={(value) => onChange({ seedCount: numberOr(seedCount, value) })}
        />
        <NumberInput
          label="Length of a clip"
          suffix=" s"
          min={5}
          max={60}
          value={clipSeconds}
          onChange={(value) => onChange({ clipSeconds: numberOr(clipSeconds, value) })}
        />
        <NumberInput
          label="To be heard before rating"
          suffix=" s"
          min={0}
          max={clipSeconds}
          value={minimumListenSeconds}
          onChange={(value) =>
            onChange({
              minimumListenSeconds: numberOr(minimumListenSeconds, value),
            })
          }
        />
        <Select
          label="Scale"
          allowDeselect={false}
          data={scales}
          value={String(scale)}
          onChange={(value) => {
            const next = value === '5' ? 5 : value === '7' ? 7 : 'like';
            onChange({ scale: next, likeFrom: likeFrom[next] });
          }}
        />
      </div>
      <Checkbox
        label="One attention check: a clip that asks for a stated answer"
        checked={plan.attentionChecks === 1}
        onChange={({ currentTarget }) =>
          onChange({ attentionChecks: currentTarget.checked ? 1 : 0 })
        }
      />
      <Checkbox.Group
        label="The analysis leaves out who"
        value={Object.entries(exclusions).flatMap(([name, on]) => (on ? [name] : []))}
        onChange={(chosen) =>
          onChange({
            exclusions: {
              unfinished: chosen.includes('unfinished'),
              failedAttention: chosen.includes('failedAttention'),
              sameAnswerThroughout: chosen.includes('sameAnswerThroughout'),
              fasterThanMinimumListen: chosen.includes('fasterThanMinimumListen'),
            },
          })
        }
      >
        <Stack gap={6} mt={6}>
          {Object.entries(exclusionLabels).map(([value, label]) => (
            <Checkbox key={value} value={value} label={label} />
          ))}
        </Stack>
      </Checkbox.Group>
    </Panel>
  );
}
