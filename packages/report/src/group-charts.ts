/** Charts that compare groups: of the same people, or of counts. */
import { number } from './charts.ts';
import { axis, draw, soft, text } from './draw.ts';
import type { Html } from './html.ts';
import { figure, table } from './page.ts';
import { seriesColors } from './style.ts';

export interface Person {
  name: string;
  /** One a group; null leaves a gap. */
  values: readonly (number | null)[];
}

export interface PairedChartOptions {
  title: string;
  yName: string;
  groups: readonly string[];
  people: readonly Person[];
  means: readonly (number | null)[];
  yRange: [number, number];
}

/** A thin line for each person over the groups, a thick one over their means. */
export function pairedChart(options: PairedChartOptions): Html {
  const { title, yName, groups, people, means, yRange } = options;
  // Lines that would cover each other are moved apart, by less than a fifteenth of the axis.
  const apart = (yRange[1] - yRange[0]) / 15;
  const shift = (i: number) => ((i % 9) / 9 - 4 / 9) * apart;
  const chart = draw(
    {
      grid: { left: 60, right: 20, top: 12, bottom: 46 },
      xAxis: axis('', 'category', { data: groups, boundaryGap: true }),
      yAxis: axis(yName, 'value', {
        nameGap: 36,
        min: yRange[0] - apart,
        max: yRange[1] + apart,
        // Only whole steps inside the range have labels.
        axisLabel: {
          color: text,
          formatter: (value: number) =>
            value < yRange[0] || value > yRange[1] ? '' : String(+value.toFixed(2)),
        },
      }),
      series: [
        ...people.map(({ values }, i) => ({
          type: 'line',
          data: values.map((value) => (value === null ? null : value + shift(i))),
          symbolSize: 4,
          itemStyle: { color: soft },
          lineStyle: { width: 1, color: soft, opacity: 0.55 },
        })),
        {
          type: 'line',
          data: means,
          symbol: 'circle',
          symbolSize: 9,
          itemStyle: { color: seriesColors[0] },
          lineStyle: { width: 3.5, color: seriesColors[0] },
        },
      ],
    },
    360,
  );
  const numbers = table(
    ['', ...groups],
    [
      ['mean', ...means.map((value) => number(value))],
      ...people.map(({ name, values }) => [
        name,
        ...values.map((value) => number(value, Number.isInteger(value) ? 0 : 2)),
      ]),
    ],
  );
  return figure(title, chart, numbers);
}

export interface BarChartOptions {
  title: string;
  xName: string;
  yName: string;
  categories: readonly string[];
  series: readonly { name: string; values: readonly number[] }[];
}

/** Bars of every series side by side over each category. */
export function barChart({ title, xName, yName, categories, series }: BarChartOptions): Html {
  const chart = draw(
    {
      grid: { left: 60, right: 20, top: 14 + 22 * Math.ceil(series.length / 4), bottom: 46 },
      legend: {
        top: 0,
        textStyle: { color: text },
        icon: 'roundRect',
        itemWidth: 14,
        itemHeight: 8,
        itemGap: 24,
      },
      xAxis: axis(xName, 'category', { data: categories }),
      yAxis: axis(yName, 'value', { nameGap: 36, minInterval: 1 }),
      series: series.map(({ name, values }, i) => ({
        type: 'bar',
        name,
        data: values,
        itemStyle: { color: seriesColors[i % seriesColors.length] },
      })),
    },
    320,
  );
  const numbers = table(
    [xName, ...series.map(({ name }) => name)],
    categories.map((category, i) => [category, ...series.map(({ values }) => String(values[i]))]),
  );
  return figure(title, chart, numbers);
}
