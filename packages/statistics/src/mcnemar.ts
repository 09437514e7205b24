/** McNemar's test: two classifiers on the same items, told apart by the items that only one gets right. */

export interface McNemarResult {
  /** Two-sided binomial. */
  exactPValue: number;
  /** With continuity correction (Edwards 1948); 0 without discordant items. */
  chiSquared: number;
  chiSquaredPValue: number;
}

/** @param onlyA items that only the first gets right; integers of at least 0 */
export function mcNemar(onlyA: number, onlyB: number): McNemarResult {
  const count = onlyA + onlyB;
  if (count === 0) return { exactPValue: 1, chiSquared: 0, chiSquaredPValue: 1 };
  const chiSquared = (Math.abs(onlyA - onlyB) - 1) ** 2 / count;
  return {
    exactPValue: Math.min(1, 2 * fairCoin(Math.min(onlyA, onlyB), count)),
    chiSquared,
    // One degree of freedom.
    chiSquaredPValue: complementaryError(Math.sqrt(chiSquared / 2)),
  };
}

/** Probability of at most `heads` heads in `throws` throws. */
function fairCoin(heads: number, throws: number): number {
  let logTerm = -throws * Math.LN2;
  let sum = Math.exp(logTerm);
  for (let k = 1; k <= heads; k++) {
    logTerm += Math.log((throws - k + 1) / k);
    sum += Math.exp(logTerm);
  }
  return sum;
}

/** erfc for x >= 0: the Taylor series of erf below 2, its continued fraction above. */
function complementaryError(x: number): number {
  if (x < 2) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-18; n++) {
      term *= -(x * x) / n;
      sum += term / (2 * n + 1);
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = x;
  for (let n = 60; n >= 1; n--) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / (fraction * Math.sqrt(Math.PI));
}
