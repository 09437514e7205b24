import { Button, NumberInput, Skeleton, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Outputs, useTRPC } from '../../api/trpc.ts';
import { Loaded } from '../../components/states.tsx';
import classes from './settings.module.css';

type Values = Outputs['system']['settings'];

/** Workers, and what recommendations weigh. */
export function General({ readOnly }: { readOnly: boolean }) {
  const trpc = useTRPC();
  const settings = useQuery(trpc.system.settings.queryOptions());
  return (
    <Loaded query={settings} skeleton={<Skeleton height={320} />}>
      {(values) => <Form saved={values} readOnly={readOnly} />}
    </Loaded>
  );
}

function Form({ saved, readOnly }: { saved: Values; readOnly: boolean }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [values, setValues] = useState(saved);
  const save = useMutation(
    trpc.system.saveSettings.mutationOptions({
      onSuccess() {
        notifications.show({ message: 'Saved.' });
        return queryClient.invalidateQueries();
      },
    }),
  );
  const change = (part: Partial<Values>) => setValues({ ...values, ...part });
  const number = (value: number | string, otherwise: number) =>
    typeof value === 'number' ? value : otherwise;
  return (
    <form
      className={`panel ${classes.panel}`}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(values);
      }}
    >
      <Stack>
        <NumberInput
          readOnly={readOnly}
          label="Files analysed at a time"
          description="More is faster, and leaves less of the machine to others. From the next analysis on."
          min={1}
          max={64}
          allowDecimal={false}
          value={values.workers}
          onChange={(value) => change({ workers: number(value, saved.workers) })}
        />
        <NumberInput
          readOnly={readOnly}
          label="Weight of the genres"
          description="In “By sound and genre”: 0 hears the sound alone, 1 the genres alone."
          min={0}
          max={1}
          step={0.05}
          decimalScale={2}
          value={values.genreWeight}
          onChange={(value) => change({ genreWeight: number(value, saved.genreWeight) })}
        />
        <NumberInput
          readOnly={readOnly}
          label="Songs of one artist at most"
          description="In a list of recommendations; empty: any number."
          min={1}
          allowDecimal={false}
          value={values.maxPerArtist ?? ''}
          onChange={(value) => change({ maxPerArtist: typeof value === 'number' ? value : null })}
        />
        <NumberInput
          readOnly={readOnly}
          label="Exploration"
          description="Share of a listener’s discoveries that lie farther from what they know."
          min={0}
          max={1}
          step={0.05}
          decimalScale={2}
          value={values.exploration}
          onChange={(value) => change({ exploration: number(value, saved.exploration) })}
        />
        {readOnly ? (
          <Text size="sm" className="quiet">
            Only an administrator may change these.
          </Text>
        ) : (
          <Button type="submit" loading={save.isPending} w="fit-content">
            Save
          </Button>
        )}
      </Stack>
    </form>
  );
}
