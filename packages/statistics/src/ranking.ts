/** How well a score ranks the positives of one label above the rest: ROC and precision-recall. */

/** Items in the order of their scores, ready to be scored again and again under other weights. */
export interface Ranking {
  /** Highest score first. */
  order: Int32Array;
  scores: ArrayLike<number>;
  positives: readonly boolean[];
}

export function rank(scores: ArrayLike<number>, positives: readonly boolean[]): Ranking {
  const order = Int32Array.from(positives.keys()).sort((a, b) => scores[b]! - scores[a]!);
  return { order, scores, positives };
}

/** Weight of the positives and negatives that score at least each distinct threshold, highest first. */
interface Cumulative {
  thresholds: number[];
  truePositives: number[];
  falsePositives: number[];
}

function cumulate({ order, scores, positives }: Ranking, weights?: ArrayLike<number>): Cumulative {
  const found: Cumulative = { thresholds: [], truePositives: [], falsePositives: [] };
  let [truePositives, falsePositives] = [0, 0];
  for (let i = 0; i < order.length; i++) {
    const item = order[i]!;
    const weight = weights ? weights[item]! : 1;
    if (positives[item]) truePositives += weight;
    else falsePositives += weight;
    if (i + 1 < order.length && scores[order[i + 1]!] === scores[item]) continue;
    found.thresholds.push(scores[item]!);
    found.truePositives.push(truePositives);
    found.falsePositives.push(falsePositives);
  }
  return found;
}

/**
 * Area under the ROC curve: the probability that a positive scores above a negative, ties counting
 * half. NaN when one side is empty.
 *
 * @param weights of the items, 1 each by default; a bootstrap gives how often each was drawn
 */
export function areaUnderRoc(ranking: Ranking, weights?: ArrayLike<number>): number {
  const { truePositives, falsePositives } = cumulate(ranking, weights);
  let area = 0;
  let [lastTrue, lastFalse] = [0, 0];
  truePositives.forEach((found, i) => {
    area += (falsePositives[i]! - lastFalse) * (found + lastTrue);
    [lastTrue, lastFalse] = [found, falsePositives[i]!];
  });
  return area / (2 * lastTrue * lastFalse);
}

/** `areaUnderRoc` of scores that are used once. */
export const rocAuc = (scores: ArrayLike<number>, positives: readonly boolean[]): number =>
  areaUnderRoc(rank(scores, positives));

/**
 * Average precision: the mean of the precisions at every positive, the area under the
 * precision-recall curve without interpolation. NaN without positives.
 */
export function averagePrecision(ranking: Ranking, weights?: ArrayLike<number>): number {
  const { truePositives, falsePositives } = cumulate(ranking, weights);
  let sum = 0;
  let last = 0;
  truePositives.forEach((found, i) => {
    if (found > last) sum += ((found - last) * found) / (found + falsePositives[i]!);
    last = found;
  });
  return sum / last;
}

export interface CurvePoints {
  x: number[];
  y: number[];
  /** A point holds for scores of at least this. */
  thresholds: number[];
}

/** x false positive rate, y true positive rate, from (0, 0) to (1, 1); NaN where a side is empty. */
export function rocCurve(ranking: Ranking): CurvePoints {
  const { thresholds, truePositives, falsePositives } = cumulate(ranking);
  const share = (counts: number[]) => [0, ...counts].map((count) => count / counts.at(-1)!);
  return {
    x: share(falsePositives),
    y: share(truePositives),
    thresholds: [Infinity, ...thresholds],
  };
}

/** x recall, y precision, beginning at recall 0 with precision 1; NaN without positives. */
export function precisionRecallCurve(ranking: Ranking): CurvePoints {
  const { thresholds, truePositives, falsePositives } = cumulate(ranking);
  return {
    x: [0, ...truePositives.map((found) => found / truePositives.at(-1)!)],
    y: [1, ...truePositives.map((found, i) => found / (found + falsePositives[i]!))],
    thresholds: [Infinity, ...thresholds],
  };
}
