import { Skeleton, Text, useComputedColorScheme } from '@mantine/core';
import { IconScale } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type Outputs, useTRPC } from '../../api/trpc.ts';
import { Chart } from '../../components/chart/chart.tsx';
import { palette } from '../../components/genres.ts';
import { EmptyState, Loaded } from '../../components/states.tsx';
import { count, percent } from '../../format.ts';
import { intervalsOption } from '../models/charts.ts';
import { number, pText } from '../models/numbers.ts';
import { Panel } from '../models/panel.tsx';

type Result = Outputs['interleaving']['result'];

const names = { cosine: 'By sound', genre: 'By sound and genre' };

/** Which method everyday listening prefers, by mixed lists on the home page. */
export function Preference() {
  const trpc = useTRPC();
  const query = useQuery(trpc.interleaving.result.queryOptions());
  return (
    <Loaded query={query} skeleton={<Skeleton height={240} />}>
      {(result) =>
        result.share === null || result.interval === null ? (
          <div className="panel">
            <EmptyState icon={IconScale} title="Nothing decided yet">
              Turn on “Help compare the methods” on the Recommend page, then play and like songs of
              the mixed list: each list in which one method does better counts.
              {result.ties > 0 && ` So far ${count(result.ties)} ended in a tie.`}
            </EmptyState>
          </div>
        ) : (
          <Decided result={result} share={result.share} interval={result.interval} />
        )
      }
    </Loaded>
  );
}

interface DecidedProps {
  result: Result;
  share: number;
  interval: [number, number];
}

function Decided({ result, share, interval }: DecidedProps) {
  const { methods, wins, losses, ties, pValue } = result;
  const [first, second] = [names[methods[0]], names[methods[1]]];
  const scheme = useComputedColorScheme('light');
  const option = useMemo(
    () =>
      intervalsOption(
        [
          {
            name: first,
            value: share,
            interval,
            colour: palette[scheme][0] ?? '',
          },
        ],
        {
          xName: `Share of decided lists in which ${first} did better; 0.5: no preference`,
        },
      ),
    [first, share, interval, scheme],
  );
  return (
    <Panel
      title={`${first} against ${second}`}
      note="Team-draft interleaving (Radlinski and others, 2008): both methods pick in turn, and what is played and liked counts for the one that picked it."
    >
      <Chart
        option={option}
        height={96}
        label={`${first} did better in ${percent(share)} of the decided lists`}
      />
      <Text size="sm">
        {first} did better in {count(wins)} lists, {second} in {count(losses)}; {count(ties)} were
        tied. Share {number(share, 2)}, 95 % interval {number(interval[0], 2)} to{' '}
        {number(interval[1], 2)}, p {pText(pValue)}.{' '}
        {interval[0] > 0.5
          ? `${first} is preferred.`
          : interval[1] < 0.5
            ? `${second} is preferred.`
            : 'That is no clear preference yet.'}
      </Text>
    </Panel>
  );
}
