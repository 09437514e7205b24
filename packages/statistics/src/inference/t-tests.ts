/** Student's and Welch's t-tests, two-sided; as SciPy's ttest_rel and ttest_ind. */
import { tQuantile, twoSidedT } from './distributions.ts';
import { mean, variance } from './moments.ts';

export interface TTest {
  /** NaN if nothing varies and the means are equal; infinite if nothing varies and they differ. */
  t: number;
  /** Degrees of freedom. */
  df: number;
  pValue: number;
  /** Beyond this, `t` is significant, whatever its sign. */
  criticalValue: number;
  /** Mean of the first minus mean of the second. */
  difference: number;
  standardError: number;
  /** Of the difference, at confidence 1 - alpha. */
  interval: [low: number, high: number];
}

/** Of differences within pairs against 0; NaN with fewer than two of them. */
export const pairedTTest = (differences: readonly number[], alpha = 0.05): TTest =>
  tTest(
    mean(differences),
    Math.sqrt(variance(differences) / differences.length),
    differences.length - 1,
    alpha,
  );

/** Student's, of two independent samples with the same variance. */
export function pooledTTest(a: readonly number[], b: readonly number[], alpha = 0.05): TTest {
  const df = a.length + b.length - 2;
  const pooled = ((a.length - 1) * variance(a) + (b.length - 1) * variance(b)) / df;
  const standardError = Math.sqrt(pooled * (1 / a.length + 1 / b.length));
  return tTest(mean(a) - mean(b), standardError, df, alpha);
}

/** Welch's (1947), of two independent samples whose variances may differ. */
export function welchTTest(a: readonly number[], b: readonly number[], alpha = 0.05): TTest {
  const [ofA, ofB] = [variance(a) / a.length, variance(b) / b.length];
  const df = (ofA + ofB) ** 2 / (ofA ** 2 / (a.length - 1) + ofB ** 2 / (b.length - 1));
  return tTest(mean(a) - mean(b), Math.sqrt(ofA + ofB), df, alpha);
}

function tTest(difference: number, standardError: number, df: number, alpha: number): TTest {
  const t = difference / standardError;
  const criticalValue = df > 0 ? tQuantile(1 - alpha / 2, df) : NaN;
  const reach = criticalValue * standardError;
  return {
    t,
    df,
    pValue: twoSidedT(t, df),
    criticalValue,
    difference,
    standardError,
    interval: [difference - reach, difference + reach],
  };
}
