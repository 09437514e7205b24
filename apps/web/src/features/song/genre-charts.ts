import type { EChartsOption } from 'echarts';
import { clock, percent } from '../../format.ts';
import type { TrackDetails } from './song.tsx';

type Genres = TrackDetails['genres'];
type ColourOf = (label: string) => string;

const asPercent = (value: unknown) => percent(Number(value));

/** One bar a genre, the most probable one on top. */
export function overallOption(
  genres: Genres,
  colourOf: ColourOf,
  textColour: string,
): EChartsOption {
  return {
    grid: { left: 0, right: 48, top: 4, bottom: 4, containLabel: true },
    xAxis: { type: 'value', min: 0, max: 1, show: false },
    yAxis: {
      type: 'category',
      inverse: true,
      data: genres.map(({ label }) => label),
      axisLine: { show: false },
      axisTick: { show: false },
    },
    series: [
      {
        type: 'bar',
        barWidth: 12,
        showBackground: true,
        backgroundStyle: { color: 'rgba(128, 144, 152, 0.14)', borderRadius: 3 },
        label: {
          show: true,
          position: 'right',
          color: textColour,
          formatter: ({ value }) => asPercent(value),
        },
        data: genres.map(({ label, probability }) => ({
          value: probability,
          itemStyle: { color: colourOf(label), borderRadius: 3 },
        })),
      },
    ],
  };
}

/** One line a genre over the windows that the model heard; genres it never hears are left out. */
export function timeOption(windows: TrackDetails['windows'], colourOf: ColourOf): EChartsOption {
  const labels = windows[0]?.genres.map(({ label }) => label) ?? [];
  const probability = (genres: Genres, label: string) =>
    genres.find((genre) => genre.label === label)?.probability ?? 0;
  const heard = labels.filter((label) =>
    windows.some(({ genres }) => probability(genres, label) >= 0.1),
  );
  return {
    grid: { left: 8, right: 16, top: 36, bottom: 8, containLabel: true },
    legend: { top: 0, left: 0, icon: 'circle', itemWidth: 8, itemHeight: 8 },
    tooltip: { trigger: 'axis', valueFormatter: asPercent },
    xAxis: {
      type: 'category',
      boundaryGap: false,
      data: windows.map(({ startSeconds }) => `from ${clock(startSeconds)}`),
    },
    yAxis: { type: 'value', min: 0, max: 1, axisLabel: { formatter: asPercent } },
    series: heard.map((label) => ({
      type: 'line',
      name: label,
      symbolSize: 7,
      color: colourOf(label),
      data: windows.map(({ genres }) => probability(genres, label)),
    })),
  };
}
