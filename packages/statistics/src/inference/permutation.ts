/** Permutation test of a mean difference within pairs: the sign of each is a coin toss (Fisher 1935). */
import type { Random } from '../random.ts';

export interface PermutationTest {
  pValue: number;
  /** All signs were tried; otherwise random ones. */
  exact: boolean;
  /** How many. */
  permutations: number;
}

const mostExact = 20;
const randomPermutations = 20_000;

/**
 * Two-sided; as SciPy's permutation_test with permutation_type="samples". Exact up to 20 differences other
 * than 0; beyond, 20,000 random signs, the observed one counted among them (Phipson and Smyth 2010).
 */
export function signPermutationTest(
  differences: readonly number[],
  random: Random,
): PermutationTest {
  const nonZero = differences.filter((difference) => difference !== 0);
  const observed = nonZero.reduce((a, b) => a + b, 0);
  // Sums that differ by rounding alone are equal.
  const slack = 100 * Number.EPSILON * nonZero.reduce((sum, value) => sum + Math.abs(value), 0);
  let [atMost, atLeast] = [0, 0];
  const count = (sum: number): void => {
    if (sum <= observed + slack) atMost++;
    if (sum >= observed - slack) atLeast++;
  };
  const exact = nonZero.length <= mostExact;
  const permutations = exact ? 2 ** nonZero.length : randomPermutations;
  if (exact) countAllSigns(nonZero, count);
  else for (let i = 0; i < permutations; i++) count(withRandomSigns(nonZero, random));
  const own = exact ? 0 : 1;
  const pValue = (2 * (Math.min(atMost, atLeast) + own)) / (permutations + own);
  return { pValue: Math.min(1, pValue), exact, permutations };
}

/** One random number is 32 coins. */
function withRandomSigns(values: readonly number[], random: Random): number {
  let [sum, coins] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    coins = i % 32 === 0 ? Math.floor(random() * 2 ** 32) : coins >>> 1;
    sum += (2 * (coins & 1) - 1) * values[i]!;
  }
  return sum;
}

function countAllSigns(values: readonly number[], count: (sum: number) => void): void {
  const visit = (at: number, sum: number): void => {
    if (at === values.length) return count(sum);
    visit(at + 1, sum + values[at]!);
    visit(at + 1, sum - values[at]!);
  };
  visit(0, 0);
}
