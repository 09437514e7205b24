import { Select, useComputedColorScheme } from '@mantine/core';
import { useMemo, useState } from 'react';
import { Chart } from '../../components/chart/chart.tsx';
import { palette } from '../../components/genres.ts';
import { intervalsOption } from './charts.ts';
import { EstimateCell, NumberTable } from './number-table.tsx';
import { number, signed } from './numbers.ts';
import { Panel } from './panel.tsx';
import type { RecommendersReport } from './report-kinds.ts';

type Split = RecommendersReport['splits'][number];

/** Recommenders on a listening history, one panel a way of holding items out. */
export function Recommenders({ report: { splits, settings } }: { report: RecommendersReport }) {
  return splits.map((split) => <SplitPanel key={split.name} split={split} k={settings.k} />);
}

function SplitPanel({ split, k }: { split: Split; k: number }) {
  const { name, cases, recommenders, lifts } = split;
  const scheme = useComputedColorScheme('light');
  const baselines = [...new Set(lifts.map(({ baseline }) => baseline))];
  const [baseline, setBaseline] = useState(
    baselines.includes('popularity') ? 'popularity' : (baselines[0] ?? ''),
  );
  const slices = (['tail', 'artist'] as const).filter((slice) =>
    recommenders.some((recommender) => recommender.slices[slice]),
  );
  const over = useMemo(() => lifts.filter((lift) => lift.baseline === baseline), [lifts, baseline]);
  const option = useMemo(
    () =>
      intervalsOption(
        over.map(({ recommender, difference, differenceInterval }) => ({
          name: recommender,
          value: difference,
          interval: differenceInterval,
          colour: palette[scheme][0] ?? '',
        })),
        { xName: `nDCG@${k} more than ${baseline}`, isDifference: true },
      ),
    [over, baseline, k, scheme],
  );
  return (
    <Panel
      title={name.charAt(0).toUpperCase() + name.slice(1)}
      note={`${Math.round(cases)} listeners. Lift: nDCG of a recommender over that of the baseline, with 95 % intervals; bold where the interval leaves 0 out.`}
      actions={
        baselines.length > 1 && (
          <Select
            aria-label={`Baseline of ${name}`}
            size="xs"
            allowDeselect={false}
            data={baselines}
            value={baseline}
            onChange={(value) => value !== null && setBaseline(value)}
          />
        )
      }
    >
      <Chart
        option={option}
        height={30 * over.length + 56}
        label={`nDCG of each recommender more than ${baseline}; the numbers are in the table`}
      />
      <NumberTable
        label={`Recommenders: ${name}`}
        head={[
          'Recommender',
          `nDCG@${k}`,
          `More than ${baseline}`,
          'Lift',
          ...[`P@${k}`, `Recall@${k}`, `MAP@${k}`, `MRR@${k}`],
          ...slices.map((slice) => `nDCG ${slice}`),
          ...['Coverage', 'Novelty'],
        ]}
        rows={recommenders.map(({ name: recommender, slices: scores, coverage, novelty }) => {
          const { all } = scores;
          const lift = over.find((other) => other.recommender === recommender);
          return [
            recommender,
            number(all?.ndcg, 4),
            lift ? (
              <EstimateCell
                key="d"
                estimate={{ value: lift.difference, interval: lift.differenceInterval }}
                isDifference
              />
            ) : (
              '–'
            ),
            lift?.lift === undefined ? '–' : `${signed(100 * lift.lift, 0)} %`,
            ...[number(all?.precision, 4), number(all?.recall, 4)],
            ...[number(all?.map, 4), number(all?.mrr, 4)],
            ...slices.map((slice) => number(scores[slice]?.ndcg, 4)),
            ...[number(coverage), number(novelty, 2)],
          ];
        })}
      />
    </Panel>
  );
}
