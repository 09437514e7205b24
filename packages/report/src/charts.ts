/** Charts of measurements, with their numbers beside them. */
import { axis, draw, soft, text } from './draw.ts';
import type { Html } from './html.ts';
import { figure, table } from './page.ts';
import { pngDataUrl } from './png.ts';
import { seriesColors } from './style.ts';

/** 3 digits, or a dash for what has no value. */
export const number = (value: number | null, digits = 3): string =>
  value === null || !Number.isFinite(value) ? '–' : value.toFixed(digits);

export interface Series {
  name: string;
  x: readonly number[];
  /** Null leaves a gap. */
  y: readonly (number | null)[];
}

export interface LineChartOptions {
  title: string;
  xName: string;
  yName: string;
  series: readonly Series[];
  xRange?: [number, number];
  yRange?: [number, number];
  /** A broken line from corner to corner. */
  diagonal?: boolean;
  /** Replaces the table of all points. */
  numbers?: Html;
}

/** Lines over a common axis, with a legend and a table of their points. */
export function lineChart(options: LineChartOptions): Html {
  const { title, xName, yName, series, xRange, yRange, diagonal = false } = options;
  const range = (limits?: [number, number]) =>
    limits ? { min: limits[0], max: limits[1] } : { scale: true };
  const rows = Math.ceil(series.length / 5);
  const chart = draw(
    {
      grid: { left: 60, right: 20, top: 14 + 22 * rows, bottom: 46 },
      legend: {
        top: 0,
        textStyle: { color: text },
        icon: 'roundRect',
        itemWidth: 14,
        itemHeight: 4,
      },
      xAxis: axis(xName, 'value', range(xRange)),
      yAxis: axis(yName, 'value', { nameGap: 42, ...range(yRange) }),
      series: series.map(({ name, x, y }, i) => ({
        type: 'line',
        name,
        data: x.map((value, at) => [value, y[at]]),
        symbol: x.length > 30 ? 'none' : 'circle',
        symbolSize: 4,
        itemStyle: { color: seriesColors[i % seriesColors.length] },
        lineStyle: { width: 1.6, type: i < seriesColors.length ? 'solid' : 'dashed' },
        ...(diagonal && i === 0 && xRange && yRange && { markLine: corner(xRange, yRange) }),
      })),
    },
    360,
  );
  return figure(title, chart, options.numbers ?? pointTable(xName, series));
}

const corner = (xRange: [number, number], yRange: [number, number]) => ({
  symbol: 'none',
  silent: true,
  lineStyle: { color: soft, type: 'dashed' },
  data: [[{ coord: [xRange[0], yRange[0]] }, { coord: [xRange[1], yRange[1]] }]],
});

function pointTable(xName: string, series: readonly Series[]): Html {
  const values = series.map(({ x, y }) => new Map(x.map((value, i) => [value, y[i]!])));
  const xs = [...new Set(series.flatMap(({ x }) => x))].sort((a, b) => a - b);
  return table(
    [xName, ...series.map(({ name }) => name)],
    xs.map((x) => [
      Number.isInteger(x) ? String(x) : number(x),
      ...values.map((points) => number(points.get(x) ?? null)),
    ]),
  );
}

export interface Interval {
  name: string;
  value: number | null;
  interval: readonly [low: number, high: number] | null;
}

export interface IntervalChartOptions {
  title: string;
  xName: string;
  rows: readonly Interval[];
  xRange?: [number, number];
  /** Of the table's column; 95 % by default. */
  intervalName?: string;
}

/** A dot for each value and a line over its interval; where 0 is in sight, a line marks it. */
export function intervalChart(options: IntervalChartOptions): Html {
  const { title, xName, rows, xRange, intervalName = '95 % interval' } = options;
  const shown = rows.toReversed(); // the axis begins at the bottom
  const marks = (_: unknown, api: ChartApi) => {
    const [low, value, high] = [1, 2, 3].map((i) => api.coord([api.value(i), api.value(0)]));
    const color = seriesColors[0]!;
    return {
      type: 'group',
      children: [
        {
          type: 'line',
          shape: { x1: low![0], y1: low![1], x2: high![0], y2: high![1] },
          style: { stroke: color, lineWidth: 2, opacity: 0.55 },
        },
        {
          type: 'circle',
          shape: { cx: value![0], cy: value![1], r: 4.5 },
          style: { fill: color },
        },
      ],
    };
  };
  const known = shown.flatMap(({ value, interval }, i) =>
    value === null ? [] : [[i, interval?.[0] ?? value, value, interval?.[1] ?? value]],
  );
  const longest = Math.max(...rows.map(({ name }) => name.length));
  const chart = draw(
    {
      grid: { left: Math.min(300, 24 + 7 * longest), right: 24, top: 8, bottom: 46 },
      xAxis: axis(xName, 'value', xRange ? { min: xRange[0], max: xRange[1] } : {}),
      yAxis: axis('', 'category', { data: shown.map(({ name }) => name) }),
      series: [
        {
          type: 'custom',
          renderItem: marks,
          encode: { x: [1, 2, 3], y: 0 },
          data: known,
          markLine: {
            symbol: 'none',
            silent: true,
            label: { show: false },
            lineStyle: { color: soft, type: 'solid' },
            data: [{ xAxis: 0 }],
          },
        },
      ],
    },
    60 + 26 * rows.length,
  );
  const numbers = table(
    ['', xName, intervalName],
    rows.map(({ name, value, interval }) => [
      name,
      number(value),
      interval ? interval.map((bound) => number(bound)).join(' to ') : '–',
    ]),
  );
  return figure(title, chart, numbers);
}

interface ChartApi {
  value(dimension: number): number;
  coord(point: [number, number]): [number, number];
  size(extent: [number, number]): [number, number];
}

/** Counts of true labels (rows) by found labels (columns); the shade is the share of the row. */
export function confusionChart(title: string, labels: readonly string[], counts: number[][]): Html {
  const cells = counts.flatMap((row, y) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, x) => [
      x,
      labels.length - 1 - y,
      count,
      total === 0 ? 0 : count / total,
    ]);
  });
  const cell = (_: unknown, api: ChartApi) => {
    const [x, y] = api.coord([api.value(0), api.value(1)]);
    const [w, h] = api.size([1, 1]);
    const share = api.value(3);
    return {
      type: 'rect',
      shape: { x: x - w / 2 + 1, y: y - h / 2 + 1, width: w - 2, height: h - 2, r: 2 },
      style: {
        fill: `color-mix(in srgb, ${seriesColors[0]} ${Math.round(100 * share)}%, var(--page))`,
      },
      textContent: {
        type: 'text',
        style: { text: String(api.value(2)), fill: share > 0.5 ? 'var(--page)' : text },
      },
      textConfig: { position: 'inside' },
    };
  };
  const chart = draw(
    {
      grid: { left: 130, right: 20, top: 8, bottom: 66 },
      xAxis: axis('most probable label', 'category', {
        data: labels,
        nameGap: 46,
        axisLabel: { color: text, interval: 0, rotate: 25 },
      }),
      yAxis: axis('true label', 'category', { data: labels.toReversed(), nameGap: 100 }),
      series: [{ type: 'custom', renderItem: cell, data: cells }],
    },
    80 + 40 * labels.length,
  );
  const numbers = table(
    ['true label', ...labels],
    counts.map((row, i) => [labels[i]!, ...row.map(String)]),
  );
  return figure(title, chart, numbers);
}

export interface SpectrogramOptions {
  title: string;
  /** Rows bands, low first; dB. */
  mel: readonly (readonly number[])[];
  /** Length of the spectrogram. */
  seconds: number;
  /** Over time: x in seconds. */
  overTime: Series;
  /** Over the bands: x is the band, from 0. */
  overBands: Series;
  /** Frequency of a band, Hz. */
  frequencyOf: (band: number) => number;
  numbers: Html;
}

/** A mel spectrogram with one curve above it over time, and one beside it over the bands. */
export function spectrogramChart(options: SpectrogramOptions): Html {
  const { title, mel, seconds, overTime, overBands, frequencyOf, numbers } = options;
  const bands = mel.length;
  const image = pngDataUrl(mel[0]!.length, bands, toColors(mel));
  const picture = (_: unknown, api: ChartApi) => {
    const [x, y] = api.coord([0, bands]);
    const [right, bottom] = api.coord([seconds, 0]);
    return { type: 'image', style: { image, x, y, width: right - x, height: bottom - y } };
  };
  const [left, top, right, bottom, side] = [64, 84, 130, 46, 110];
  const limits = ({ y }: Series) => {
    const values = y.filter((value) => value !== null);
    return { min: Math.min(0, ...values), max: Math.max(1e-9, ...values) };
  };
  const quiet = {
    axisLabel: { show: false },
    axisLine: { show: false },
    splitLine: { show: false },
  };
  const curve = (grid: number, data: (number | null | undefined)[][]) => ({
    type: 'line',
    xAxisIndex: grid,
    yAxisIndex: grid,
    data,
    symbol: 'none',
    lineStyle: { width: 1.8, color: seriesColors[1] },
    areaStyle: grid === 1 ? { color: seriesColors[1], opacity: 0.25 } : undefined,
  });
  const chart = draw(
    {
      grid: [
        { left, right, top, bottom },
        { left, right, top: 8, height: 66 },
        { width: side, right: 10, top, bottom },
      ],
      xAxis: [
        axis('s', 'value', { min: 0, max: seconds, splitLine: { show: false } }),
        axis('', 'value', { ...quiet, gridIndex: 1, min: 0, max: seconds }),
        axis('', 'value', { ...quiet, gridIndex: 2, ...limits(overBands) }),
      ],
      yAxis: [
        axis('Hz', 'value', {
          min: 0,
          max: bands,
          nameGap: 46,
          splitLine: { show: false },
          axisLabel: { color: text, formatter: (band: number) => frequencyOf(band).toFixed(0) },
        }),
        axis('', 'value', { ...quiet, gridIndex: 1, ...limits(overTime) }),
        axis('', 'value', { ...quiet, gridIndex: 2, min: 0, max: bands }),
      ],
      series: [
        { type: 'custom', renderItem: picture, data: [[0, 0]], clip: true },
        curve(
          1,
          overTime.x.map((x, i) => [x, overTime.y[i]]),
        ),
        curve(
          2,
          overBands.x.map((band, i) => [overBands.y[i], band]),
        ),
      ],
    },
    340,
  );
  return figure(title, chart, numbers);
}

/** Loud is light: a perceptually even ramp through four colours of viridis; rows from the top. */
function toColors(mel: readonly (readonly number[])[]): Uint8Array {
  const stops = [
    [68, 1, 84],
    [59, 82, 139],
    [33, 145, 140],
    [253, 231, 37],
  ];
  const values = mel.toReversed().flat();
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return Uint8Array.from(
    values.flatMap((value) => {
      const place = ((stops.length - 1) * (value - low)) / (high - low || 1);
      const below = Math.min(stops.length - 2, Math.floor(place));
      return stops[below]!.map((from, channel) =>
        Math.round(from + (place - below) * (stops[below + 1]![channel]! - from)),
      );
    }),
  );
}
