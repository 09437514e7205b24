import { noncentralTCdf, tQuantile } from './distributions.ts';

/**
 * Probability that a two-sided paired t-test finds an effect; as statsmodels' TTestPower.
 *
 * @param effect Cohen's d_z
 * @param pairs at least 2
 */
export function pairedTPower(effect: number, pairs: number, alpha = 0.05): number {
  const df = pairs - 1;
  const critical = tQuantile(1 - alpha / 2, df);
  const noncentrality = effect * Math.sqrt(pairs);
  return (
    1 - noncentralTCdf(critical, df, noncentrality) + noncentralTCdf(-critical, df, noncentrality)
  );
}

/** The fewest pairs with at least this power. */
export function pairedTSampleSize(effect: number, alpha = 0.05, power = 0.8): number {
  let pairs = 2;
  while (pairedTPower(effect, pairs, alpha) < power) pairs *= 2;
  let [low, high] = [pairs / 2, pairs]; // too few, enough
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (pairedTPower(effect, middle, alpha) < power) low = middle;
    else high = middle;
  }
  return high;
}
