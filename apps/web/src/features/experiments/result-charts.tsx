import { useComputedColorScheme } from '@mantine/core';
import type { EChartsOption } from 'echarts';
import { useMemo } from 'react';
import { Chart } from '../../components/chart/chart.tsx';
import { palette } from '../../components/genres.ts';
import { intervalsOption } from '../models/charts.ts';
import { number } from '../models/numbers.ts';
import { Panel } from '../models/panel.tsx';
import type { Report } from './results.tsx';

const share = (value: number, of: number) => Math.min(1, Math.max(0, value / of));

/** How much of each arm was liked. */
export function LikesOfArms({ report: { arms, likesOf } }: { report: Report }) {
  const scheme = useComputedColorScheme('light');
  const option = useMemo(
    () =>
      intervalsOption(
        arms.map(({ name, meanLikes, interval: [low, high] }, index) => ({
          name,
          value: meanLikes === null ? null : share(meanLikes, likesOf),
          interval:
            low === null || high === null ? null : [share(low, likesOf), share(high, likesOf)],
          colour: palette[scheme][index] ?? '',
        })),
        { xName: 'Share of the clips that a participant liked' },
      ),
    [arms, likesOf, scheme],
  );
  return (
    <Panel title="Likes by source" note="Mean over the participants, with its 95 % interval.">
      <Chart
        option={option}
        height={34 * arms.length + 56}
        label={`Share liked: ${arms.map(({ name, meanLikes }) => `${name} ${number(meanLikes === null ? null : meanLikes / likesOf, 2)}`).join(', ')}`}
      />
    </Panel>
  );
}

/** A line for each participant, and the mean. */
export function LikesOfParticipants({ report }: { report: Report }) {
  const scheme = useComputedColorScheme('light');
  const option = useMemo(() => linesOption(report, palette[scheme]), [report, scheme]);
  return (
    <Panel
      title="Likes by participant"
      note={`Each line is a participant; the thick one is the mean. Likes of ${report.likesOf} clips.`}
    >
      <Chart
        option={option}
        height={220}
        label={`Likes of ${report.scores.length} participants for each source`}
      />
    </Panel>
  );
}

function linesOption({ arms, scores, likesOf }: Report, colours: string[]): EChartsOption {
  const names = arms.map(({ name }) => name);
  const line = (likes: (number | null)[]) => ({
    type: 'line' as const,
    data: likes.map((value) => value ?? '-'),
    silent: true,
  });
  return {
    grid: { left: 28, right: 16, top: 10, bottom: 8, containLabel: true },
    xAxis: { type: 'category', data: names, axisTick: { show: false } },
    yAxis: {
      type: 'value',
      min: 0,
      max: likesOf,
      minInterval: 1,
      name: 'Likes',
      nameLocation: 'middle',
      nameGap: 28,
    },
    series: [
      ...scores.map((participant) => ({
        ...line(names.map((name) => participant.arms[name]?.likes ?? null)),
        symbolSize: 5,
        lineStyle: { width: 1, opacity: 0.45 },
        itemStyle: { opacity: 0.45 },
        color: colours.at(-1)!,
      })),
      {
        ...line(arms.map(({ meanLikes }) => meanLikes)),
        symbolSize: 9,
        lineStyle: { width: 3 },
        color: colours[0]!,
      },
    ],
  };
}
