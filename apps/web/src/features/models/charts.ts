import type { CustomSeriesRenderItem, EChartsOption } from 'echarts';
import { number } from './numbers.ts';

const three = (value: unknown) => number(Number(value));

export interface Line {
  name: string;
  x: readonly number[];
  /** Null where nothing was measured. */
  y: readonly (number | null)[];
  colour?: string;
  isDashed?: boolean;
}

interface LinesOptions {
  xName: string;
  yName: string;
  lines: readonly Line[];
  /** Only whole numbers along x. */
  isCounted?: boolean;
  /** Of both axes, 0 to 1. */
  isShare?: boolean;
  /** A broken line from corner to corner. */
  hasDiagonal?: boolean;
}

/** Lines over a common axis. */
export function linesOption(options: LinesOptions): EChartsOption {
  const { xName, yName, lines, isCounted = false, isShare = false, hasDiagonal = false } = options;
  const range = isShare ? { min: 0, max: 1 } : { scale: true };
  return {
    grid: { left: 32, right: 16, top: 44, bottom: 26, containLabel: true },
    legend: { type: 'scroll', top: 0, left: 0, icon: 'roundRect', itemWidth: 14, itemHeight: 4 },
    tooltip: { trigger: isShare ? 'item' : 'axis', valueFormatter: three },
    xAxis: {
      type: 'value',
      name: xName,
      nameLocation: 'middle',
      nameGap: 26,
      ...range,
      ...(isCounted && { minInterval: 1 }),
    },
    yAxis: { type: 'value', name: yName, nameLocation: 'middle', nameGap: 52, ...range },
    series: lines.map(({ name, x, y, colour, isDashed }, index) => ({
      type: 'line',
      name,
      symbol: x.length > 30 ? 'none' : 'circle',
      symbolSize: 6,
      connectNulls: true,
      ...(colour !== undefined && { color: colour }),
      lineStyle: { width: 2, type: isDashed ? 'dashed' : 'solid' },
      data: x.map((value, i) => [value, y[i] ?? '-']),
      ...(hasDiagonal &&
        index === 0 && {
          markLine: {
            symbol: 'none',
            silent: true,
            label: { show: false },
            lineStyle: { type: 'dashed', color: '#8a979f' },
            data: [[{ coord: [0, 0] }, { coord: [1, 1] }]],
          },
        }),
    })),
  };
}

export interface IntervalRow {
  name: string;
  value: number | null;
  interval: readonly [low: number, high: number] | null;
  colour: string;
}

/** A dot for each value on the line of its interval; a mark at 0 where rows are differences. */
export function intervalsOption(
  rows: readonly IntervalRow[],
  { xName, isDifference = false }: { xName: string; isDifference?: boolean },
): EChartsOption {
  const known = rows.flatMap(({ value, interval, ...row }, index) =>
    value === null ? [] : [{ ...row, index, value, bounds: interval ?? [value, value] }],
  );
  return {
    grid: { left: 8, right: 20, top: 4, bottom: 26, containLabel: true },
    tooltip: {
      formatter: (point) => {
        const row = Array.isArray(point) ? undefined : known[point.dataIndex];
        if (!row) return '';
        return `${row.name}: ${number(row.value)} (${row.bounds.map((bound) => number(bound)).join(' to ')})`;
      },
    },
    xAxis: {
      type: 'value',
      name: xName,
      nameLocation: 'middle',
      nameGap: 26,
      axisLabel: { hideOverlap: true },
      ...(isDifference ? {} : { min: 0, max: 1 }),
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: rows.map(({ name }) => name),
      axisTick: { show: false },
      axisLabel: { width: 170, overflow: 'truncate' },
    },
    series: [
      {
        type: 'custom',
        renderItem: whisker,
        encode: { x: [1, 2, 3], y: 0 },
        data: known.map(({ index, value, bounds, colour }) => ({
          value: [index, bounds[0], value, bounds[1]] as number[],
          itemStyle: { color: colour },
        })),
        ...(isDifference && {
          markLine: {
            symbol: 'none',
            silent: true,
            label: { show: false },
            lineStyle: { color: '#8a979f', type: 'dashed' },
            data: [{ xAxis: 0 }],
          },
        }),
      },
    ],
  };
}

const whisker: CustomSeriesRenderItem = (_, api) => {
  const row = Number(api.value(0));
  const [low, middle, high] = [1, 2, 3].map((column) => api.coord([api.value(column), row]));
  const fill = String(api.visual('color'));
  const [x = 0, y = 0] = middle ?? [];
  return {
    type: 'group',
    children: [
      {
        type: 'line',
        shape: { x1: low?.[0] ?? x, y1: y, x2: high?.[0] ?? x, y2: y },
        style: { stroke: fill, lineWidth: 3, opacity: 0.55, lineCap: 'round' },
      },
      { type: 'circle', shape: { cx: x, cy: y, r: 5 }, style: { fill } },
    ],
  };
};

interface HeatOptions {
  /** Rows, the first on top unless `isUpward`. */
  values: readonly (readonly number[])[];
  columns: readonly string[];
  rows: readonly string[];
  xName: string;
  yName: string;
  colours: readonly string[];
  isUpward?: boolean;
  /** Names columns and rows and writes the numbers into the cells. */
  hasNumbers?: boolean;
}

/** A matrix as a field of colours. */
export function heatOption(options: HeatOptions): EChartsOption {
  const { values, columns, rows, xName, yName, colours, isUpward, hasNumbers = false } = options;
  const cells = values.flatMap((row, y) => row.map((value, x) => [x, y, value]));
  const all = values.flat();
  return {
    grid: { left: 30, right: 12, top: 8, bottom: 34, containLabel: true },
    tooltip: {},
    xAxis: {
      type: 'category',
      data: [...columns],
      name: xName,
      nameLocation: 'middle',
      nameGap: hasNumbers ? 64 : 12,
      axisLabel: { show: hasNumbers, rotate: 40 },
      axisTick: { show: false },
    },
    yAxis: {
      type: 'category',
      data: [...rows],
      inverse: !isUpward,
      name: yName,
      nameLocation: 'middle',
      nameGap: hasNumbers ? 86 : 12,
      axisLabel: { show: hasNumbers },
      axisTick: { show: false },
    },
    visualMap: {
      show: false,
      min: Math.min(...all),
      max: Math.max(...all),
      inRange: { color: [...colours] },
    },
    series: [
      {
        type: 'heatmap',
        data: cells,
        progressive: 0,
        label: { show: hasNumbers },
        ...(hasNumbers && { itemStyle: { borderRadius: 2 } }),
      },
    ],
  };
}
