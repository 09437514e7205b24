/** Whether probabilities mean what they say. */

export interface ReliabilityBin {
  /** Probabilities above this (the first bin: from 0) up to the next bin's. */
  from: number;
  /** Sum of the weights. */
  count: number;
  /** NaN in an empty bin. */
  meanProbability: number;
  /** NaN in an empty bin. */
  shareTrue: number;
}

/** Bins of equal width over [0, 1]; a probability on a border belongs to the lower bin. */
export function reliability(
  probabilities: ArrayLike<number>,
  outcomes: readonly boolean[],
  binCount = 10,
  weights?: ArrayLike<number>,
): ReliabilityBin[] {
  const bins = Array.from({ length: binCount }, () => ({ count: 0, probability: 0, true: 0 }));
  outcomes.forEach((outcome, i) => {
    const weight = weights ? weights[i]! : 1;
    const probability = probabilities[i]!;
    const bin = bins[Math.max(0, Math.ceil(probability * binCount) - 1)]!;
    bin.count += weight;
    bin.probability += weight * probability;
    if (outcome) bin.true += weight;
  });
  return bins.map(({ count, probability, true: hits }, i) => ({
    from: i / binCount,
    count,
    meanProbability: probability / count,
    shareTrue: hits / count,
  }));
}

/**
 * Expected calibration error (Naeini et al. 2015): the distance between mean probability and share of
 * true outcomes, averaged over the items of all bins.
 */
export function expectedCalibrationError(bins: readonly ReliabilityBin[]): number {
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  return bins
    .filter(({ count }) => count > 0)
    .reduce(
      (sum, { count, meanProbability, shareTrue }) =>
        sum + (count / total) * Math.abs(meanProbability - shareTrue),
      0,
    );
}

/** Mean squared distance of the probabilities from 1 (true) or 0, in [0, 1] (Brier 1950). */
export function brierScore(
  probabilities: ArrayLike<number>,
  outcomes: readonly boolean[],
  weights?: ArrayLike<number>,
): number {
  let [sum, total] = [0, 0];
  outcomes.forEach((outcome, i) => {
    const weight = weights ? weights[i]! : 1;
    sum += weight * (probabilities[i]! - Number(outcome)) ** 2;
    total += weight;
  });
  return sum / total;
}

/**
 * Temperature scaling (Guo et al. 2017, "On calibration of modern neural networks"): the T at which
 * softmax(logits / T) gives the outcomes the highest likelihood. Above 1 it makes probabilities less sure.
 *
 * @param logits items x classes, of items that the classifier did not learn from
 * @param truth class of each item
 * @returns from 0.05 to 20
 */
export function fitTemperature(
  logits: readonly (readonly number[])[],
  truth: readonly number[],
): number {
  const cost = (logT: number): number => {
    const inverse = Math.exp(-logT);
    return logits.reduce((sum, row, item) => {
      const largest = Math.max(...row);
      const total = row.reduce((of, logit) => of + Math.exp((logit - largest) * inverse), 0);
      return sum + Math.log(total) - (row[truth[item]!]! - largest) * inverse;
    }, 0);
  };
  // The cost is convex in 1 / T, so it has one minimum in log T too: golden-section search.
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [Math.log(0.05), Math.log(20)];
  while (high - low > 1e-7) {
    const [left, right] = [high - ratio * (high - low), low + ratio * (high - low)];
    if (cost(left) < cost(right)) high = right;
    else low = left;
  }
  return Math.exp((low + high) / 2);
}
