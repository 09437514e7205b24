import { Radio, Stack, Switch } from '@mantine/core';
import type { ButtonElement } from '../../components/on-demand.tsx';
import { OpenedPopover } from '../../components/opened.tsx';
import { type Ranking, useRanking } from './use-ranking.ts';

const variants = [
  {
    value: 'soft',
    label: 'Genres weigh in',
    description: 'How alike the genres are is a part of the score.',
  },
  {
    value: 'hard',
    label: 'Genres decide',
    description: 'Only songs of the genres of your songs come, by their sound.',
  },
] as const;

export default function OpenedRankingOptions({ button }: { button: ButtonElement }) {
  const [ranking, setRanking] = useRanking();
  return (
    <OpenedPopover button={button} label="Options of the methods" position="bottom-end" width={320}>
      <Stack>
        <Radio.Group
          label="In “By sound and genre”"
          value={ranking.variant}
          onChange={(variant) => setRanking({ ...ranking, variant: variant as Ranking['variant'] })}
        >
          <Stack gap="xs" mt="xs">
            {variants.map((variant) => (
              <Radio key={variant.value} {...variant} />
            ))}
          </Stack>
        </Radio.Group>
        <Switch
          label="Hold hubs back"
          description="Hubs are songs that are near everything and turn up for everybody. Scores become probabilities."
          checked={ranking.correctHubs}
          onChange={({ currentTarget }) =>
            setRanking({ ...ranking, correctHubs: currentTarget.checked })
          }
        />
      </Stack>
    </OpenedPopover>
  );
}
