import { Button, Popover, Radio, Stack, Switch } from '@mantine/core';
import { IconAdjustmentsHorizontal } from '@tabler/icons-react';
import { type Ranking, isChanged, useRanking } from './use-ranking.ts';

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

/** A button that opens what few people change about the methods; filled while something is changed. */
export function RankingOptions() {
  const [ranking, setRanking] = useRanking();
  return (
    <Popover position="bottom-end" width={320} shadow="md" trapFocus>
      <Popover.Target>
        <Button
          size="xs"
          variant={isChanged(ranking) ? 'light' : 'default'}
          leftSection={<IconAdjustmentsHorizontal size={16} stroke={1.7} aria-hidden />}
        >
          {isChanged(ranking) ? 'Options changed' : 'Options'}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Options of the methods">
        <Stack>
          <Radio.Group
            label="In “By sound and genre”"
            value={ranking.variant}
            onChange={(variant) =>
              setRanking({ ...ranking, variant: variant as Ranking['variant'] })
            }
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
      </Popover.Dropdown>
    </Popover>
  );
}
