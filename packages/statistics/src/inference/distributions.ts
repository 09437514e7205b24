/** Normal, Student's t (central or not) and binomial distributions, on the special functions of Cephes. */
// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- so that importers see it too
/// <reference path="./cephes.d.ts" />
import { compiled, incbet, lgam, ndtr, ndtri } from 'cephes';

await compiled;

export const normalCdf = (x: number): number => ndtr(x);

/** @param p in (0, 1) */
export const normalQuantile = (p: number): number => ndtri(p);

/** Probability of a value beyond `z` on either side. */
export const twoSidedNormal = (z: number): number => 2 * ndtr(-Math.abs(z));

/** @param df degrees of freedom, not necessarily an integer; NaN where they are not above 0 */
export function tCdf(t: number, df: number): number {
  if (Number.isNaN(t) || !(df > 0)) return NaN;
  const square = t * t;
  // Of the two forms the one whose argument is not near 1.
  const tail =
    square < df
      ? 0.5 - incbet(0.5, df / 2, square / (df + square)) / 2
      : incbet(df / 2, 0.5, Number.isFinite(t) ? df / (df + square) : 0) / 2;
  return t > 0 ? 1 - tail : tail;
}

/** Probability of a value beyond `t` on either side. */
export const twoSidedT = (t: number, df: number): number => 2 * tCdf(-Math.abs(t), df);

/** @param p in (0, 1) */
export function tQuantile(p: number, df: number): number {
  if (p > 0.5) return -tQuantile(1 - p, df);
  let low = -1;
  while (tCdf(low, df) > p) low *= 2;
  return solveIncreasing((t) => tCdf(t, df), p, low, 0);
}

/**
 * Noncentral t: of (Z + noncentrality) / sqrt(V / df), Z standard normal, V chi-squared with `df` degrees
 * of freedom. A Poisson mixture of incomplete beta functions (Lenth 1989, AS 243), summed outwards from its
 * largest term so that no weight underflows.
 */
export function noncentralTCdf(t: number, df: number, noncentrality: number): number {
  if (t < 0) return 1 - noncentralTCdf(-t, df, -noncentrality);
  const rate = noncentrality ** 2 / 2;
  if (rate === 0) return tCdf(t, df);
  const x = (t * t) / (df + t * t);
  const term = (j: number): number => {
    const even = Math.exp(j * Math.log(rate) - rate - lgam(j + 1));
    const odd =
      Math.sign(noncentrality) * Math.exp((j + 0.5) * Math.log(rate) - rate - lgam(j + 1.5));
    return even * incbet(j + 0.5, df / 2, x) + odd * incbet(j + 1, df / 2, x);
  };
  // Beyond twelve deviations a Poisson weight is below the smallest difference of numbers around 1.
  const reach = 12 * Math.sqrt(rate) + 40;
  let sum = 0;
  for (let j = Math.max(0, Math.floor(rate - reach)); j <= rate + reach; j++) sum += term(j);
  return ndtr(-noncentrality) + sum / 2;
}

/** Probability of at most `successes` in `trials` of probability `p`. */
export const binomialCdf = (successes: number, trials: number, p: number): number =>
  successes >= trials ? 1 : incbet(trials - successes, successes + 1, 1 - p);

/** Where an increasing function takes a value, by bisection down to neighbouring numbers. */
export function solveIncreasing(
  f: (x: number) => number,
  value: number,
  low: number,
  high: number,
): number {
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (f(middle) < value) low = middle;
    else high = middle;
  }
}
