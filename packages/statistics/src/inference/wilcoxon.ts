/** Wilcoxon's signed-rank test (1945), two-sided; as SciPy's wilcoxon with zero_method="wilcox". */
import { twoSidedNormal } from './distributions.ts';

export interface SignedRankTest {
  /** Differences other than 0; the others are left out. */
  count: number;
  /** Sum of the ranks of positive differences; equal differences share their mean rank. */
  positiveRanks: number;
  negativeRanks: number;
  /** Normal approximation with correction for ties, without correction for continuity; NaN without count. */
  z: number;
  asymptoticPValue: number;
  /** Over all signs that the ranks could have had; 1 without count, NaN beyond 500. */
  exactPValue: number;
}

/** The exact distribution costs the cube of the count, and then hardly differs from the normal one. */
const mostExact = 500;

export function signedRankTest(differences: readonly number[]): SignedRankTest {
  const nonZero = differences.filter((difference) => difference !== 0);
  const count = nonZero.length;
  const ranks = meanRanks(nonZero.map(Math.abs));
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const positiveRanks = sum(ranks.filter((_, i) => nonZero[i]! > 0));
  const ties = [...Map.groupBy(ranks, (rank) => rank).values()].map(({ length }) => length);
  const expected = (count * (count + 1)) / 4;
  const deviation = Math.sqrt(
    (count * (count + 1) * (2 * count + 1) - sum(ties.map((n) => n ** 3 - n)) / 2) / 24,
  );
  const z = (positiveRanks - expected) / deviation;
  return {
    count,
    positiveRanks,
    negativeRanks: 2 * expected - positiveRanks,
    z,
    asymptoticPValue: twoSidedNormal(z),
    exactPValue: count > mostExact ? NaN : exactPValue(ranks, positiveRanks),
  };
}

/** Ranks from 1; equal values share the mean of theirs. */
export function meanRanks(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  return values.map((value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2 + 1);
}

/** The distribution of the sum of positive ranks, built rank by rank, in half ranks so that ties are exact. */
function exactPValue(ranks: readonly number[], positiveRanks: number): number {
  let shares = Float64Array.of(1);
  for (const rank of ranks) {
    const next = new Float64Array(shares.length + 2 * rank);
    shares.forEach((share, total) => {
      next[total]! += share / 2;
      next[total + 2 * rank]! += share / 2;
    });
    shares = next;
  }
  const tail = (from: number, to: number): number =>
    shares.subarray(from, to).reduce((a, b) => a + b, 0);
  return Math.min(
    1,
    2 * Math.min(tail(0, 2 * positiveRanks + 1), tail(2 * positiveRanks, shares.length)),
  );
}
