import { seededRandom } from '@consonance/statistics';
import type { Estimate } from './report.ts';

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}

/**
 * Median time over median time, and what holds 95 % of 2000 resamples of the rounds; a round's two times are
 * drawn together, since they share the machine's mood.
 */
export function ratioInterval(times: readonly number[], reference: readonly number[]): Estimate {
  const random = seededRandom(1);
  const ratios = Array.from({ length: 2000 }, () => {
    const rounds = times.map(() => Math.floor(random() * times.length));
    return median(rounds.map((i) => times[i]!)) / median(rounds.map((i) => reference[i]!));
  }).sort((a, b) => a - b);
  return {
    value: median(times) / median(reference),
    interval: [ratios[50]!, ratios[1949]!],
  };
}

/** The median, and what holds 95 % of 2000 resamples. */
export const medianInterval = (values: readonly number[]): Estimate =>
  ratioInterval(
    values,
    values.map(() => 1),
  );
