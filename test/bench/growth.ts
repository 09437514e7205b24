/** How a cost grows with the number of songs. */
import { tQuantile } from '@consonance/statistics/inference';
import { median } from './ratio.ts';
import type { Estimate, Table } from './report.ts';

/** One run: what it cost at a number of songs. */
export type Point = readonly [songs: number, cost: number];

/** Medians of the runs at each number of songs, and the exponent that fits all runs. */
export function growthTable(
  title: string,
  tasks: Readonly<Record<string, readonly Point[]>>,
  unit: string,
): Table {
  const sizes = [...new Set(Object.values(tasks).flatMap((points) => points.map(([n]) => n)))];
  const columns = sizes.map((n) => ({ name: `${n}`, title: n.toLocaleString('en'), unit }));
  return {
    title,
    columns: [
      { name: 'task', title: 'songs' },
      ...columns,
      { name: 'exponent', title: 'exponent' },
    ],
    rows: Object.entries(tasks).map(([task, points]) => ({
      task,
      ...Object.fromEntries(
        sizes.map((n) => [
          `${n}`,
          median(points.filter(([songs]) => songs === n).map(([, cost]) => cost)),
        ]),
      ),
      exponent: fitExponent(points),
    })),
  };
}

/**
 * Fits cost = a * songs ^ exponent by least squares on the logarithms.
 *
 * @param points at least three, both coordinates above 0
 * @returns the exponent, with Student's 95 % interval
 */
export function fitExponent(points: readonly Point[]): Estimate {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const);
  const mean = (of: readonly number[]) => of.reduce((sum, value) => sum + value, 0) / of.length;
  const [meanX, meanY] = [mean(logs.map(([x]) => x)), mean(logs.map(([, y]) => y))];
  const total = (of: (x: number, y: number) => number) =>
    logs.reduce((sum, [x, y]) => sum + of(x - meanX, y - meanY), 0);
  const xx = total((x) => x * x);
  const value = total((x, y) => x * y) / xx;
  const freedom = points.length - 2;
  const variance = total((x, y) => (y - value * x) ** 2) / freedom / xx;
  const half = tQuantile(0.975, freedom) * Math.sqrt(variance);
  return { value, interval: [value - half, value + half] };
}
