/** What a bootstrap drew, as it stands in the reports. */
import { type Bootstrapped, differencePValue, interval95 } from '@consonance/statistics';
import type { Difference, Estimate } from './report-types.ts';

/** @param column of the statistic */
export const estimateOf = ({ values, samples }: Bootstrapped, column: number): Estimate =>
  toEstimate(
    values[column]!,
    samples.map((row) => row[column]!),
  );

/** Statistic `a` less statistic `b`, on the same resamples. */
export function differenceOf({ values, samples }: Bootstrapped, a: number, b: number): Difference {
  const differences = samples.map((row) => row[a]! - row[b]!);
  const pValue = differencePValue(differences);
  return {
    ...toEstimate(values[a]! - values[b]!, differences),
    pValue: Number.isNaN(pValue) ? null : pValue,
  };
}

const toEstimate = (value: number, samples: readonly number[]): Estimate => ({
  value: Number.isNaN(value) ? null : value,
  interval: Number.isNaN(value) ? null : (interval95(samples) ?? null),
});
