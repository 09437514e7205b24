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

/** What stands in the fields; an empty one holds ''. */
type Draft = Record<keyof Values, number | string>;

function Form({ saved, readOnly }: { saved: Values; readOnly: boolean }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState<Draft>({ ...saved, maxPerArtist: saved.maxPerArtist ?? '' });
  const save = useMutation(
    trpc.system.saveSettings.mutationOptions({
      onSuccess() {
        notifications.show({ message: 'Saved.' });
        return queryClient.invalidateQueries();
      },
    }),
  );
  const field = (name: keyof Values) => ({
    readOnly,
    value: draft[name],
    onChange: (value: number | string) => setDraft({ ...draft, [name]: value }),
  });
  const share = { min: 0, max: 1, step: 0.05, decimalScale: 2 };
  const whole = { min: 1, allowDecimal: false };
  const needed = { required: true, withAsterisk: false };
  return (
    <form
      className={`panel ${classes.panel}`}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({
          workers: Number(draft.workers),
          genreWeight: Number(draft.genreWeight),
          maxPerArtist: draft.maxPerArtist === '' ? null : Number(draft.maxPerArtist),
          exploration: Number(draft.exploration),
        });
      }}
    >
      <Stack>
        <NumberInput
          label="Files analysed at a time"
          description="More is faster, and leaves less of the machine to others. From the next analysis on."
          {...whole}
          {...needed}
          max={64}
          {...field('workers')}
        />
        <NumberInput
          label="Weight of the genres"
          description="In “By sound and genre”: 0 hears the sound alone, 1 the genres alone."
          {...share}
          {...needed}
          {...field('genreWeight')}
        />
        <NumberInput
          label="Songs of one artist at most"
          description="In a list of recommendations; empty: any number."
          {...whole}
          {...field('maxPerArtist')}
        />
        <NumberInput
          label="Exploration"
          description="Share of a listener’s discoveries that lie farther from what they know."
          {...share}
          {...needed}
          {...field('exploration')}
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
