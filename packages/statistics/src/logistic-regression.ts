/** Multinomial logistic regression with an L2 penalty, the linear baseline and calibrated classifier. */
import { dot } from './vectors.ts';

export interface LogisticRegression {
  labels: string[];
  /** labels x features. */
  weights: number[][];
  /** One number a label. */
  bias: number[];
}

/**
 * Minimises `l2 / 2 * |weights|² - sum(log p(label))`, as scikit-learn's LogisticRegression with
 * C = 1 / l2, by L-BFGS (Nocedal and Wright 2006, 7.2). Features should have about the same scale.
 *
 * @param rows items x features, finite
 * @param truth one of `labels` an item
 */
export function fitLogisticRegression(
  rows: readonly ArrayLike<number>[],
  truth: readonly string[],
  labels: readonly string[],
  l2 = 1,
): LogisticRegression {
  const features = rows[0]!.length;
  const targets = truth.map((label) => labels.indexOf(label));
  const width = features + 1; // the bias comes last and is not penalised
  const costAt = (point: Float64Array, gradient: Float64Array): number => {
    let cost = 0;
    gradient.fill(0);
    rows.forEach((row, item) => {
      const logits = labels.map((_, label) => affine(point, label * width, row));
      const { probabilities, logSum } = softmax(logits);
      cost += logSum - logits[targets[item]!]!;
      probabilities.forEach((probability, label) => {
        const error = probability - Number(label === targets[item]);
        const at = label * width;
        for (let i = 0; i < features; i++) gradient[at + i]! += error * row[i]!;
        gradient[at + features]! += error;
      });
    });
    for (let i = 0; i < point.length; i++) {
      if (i % width === features) continue;
      cost += (l2 / 2) * point[i]! ** 2;
      gradient[i]! += l2 * point[i]!;
    }
    return cost;
  };
  const solution = minimize(costAt, labels.length * width);
  const rowOf = (label: number) => solution.subarray(label * width, (label + 1) * width);
  return {
    labels: [...labels],
    weights: labels.map((_, label) => [...rowOf(label).subarray(0, features)]),
    bias: labels.map((_, label) => rowOf(label)[features]!),
  };
}

/** Probability of each label; they add up to 1. */
export const predictProbabilities = (
  { weights, bias }: LogisticRegression,
  row: ArrayLike<number>,
): number[] => softmax(weights.map((w, label) => bias[label]! + dot(w, row))).probabilities;

function affine(point: Float64Array, at: number, row: ArrayLike<number>): number {
  let sum = point[at + row.length]!;
  for (let i = 0; i < row.length; i++) sum += point[at + i]! * row[i]!;
  return sum;
}

function softmax(logits: readonly number[]): { probabilities: number[]; logSum: number } {
  const largest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return { probabilities: powers.map((power) => power / sum), logSum: largest + Math.log(sum) };
}

/** L-BFGS with backtracking, from 0, for a convex cost that writes its gradient. */
function minimize(
  costAt: (point: Float64Array, gradient: Float64Array) => number,
  size: number,
): Float64Array {
  const [memory, mostSteps, flat] = [10, 500, 1e-6];
  let point = new Float64Array(size);
  let gradient = new Float64Array(size);
  let cost = costAt(point, gradient);
  const history: { step: Float64Array; change: Float64Array; product: number }[] = [];
  for (let count = 0; count < mostSteps && gradient.some((g) => Math.abs(g) > flat); count++) {
    const direction = quasiNewton(gradient, history);
    const slope = dot(direction, gradient);
    let length = history.length === 0 ? 1 / Math.sqrt(dot(gradient, gradient)) : 1;
    const next = new Float64Array(size);
    const nextGradient = new Float64Array(size);
    let nextCost = Infinity;
    for (; length > 1e-12; length /= 2) {
      for (let i = 0; i < size; i++) next[i] = point[i]! + length * direction[i]!;
      nextCost = costAt(next, nextGradient);
      if (nextCost <= cost + 1e-4 * length * slope) break;
    }
    if (!(nextCost < cost)) break; // as near as rounding lets it come
    const step = next.map((value, i) => value - point[i]!);
    const change = nextGradient.map((value, i) => value - gradient[i]!);
    const product = dot(step, change);
    if (product > 0) history.push({ step, change, product });
    if (history.length > memory) history.shift();
    [point, gradient, cost] = [next, nextGradient, nextCost];
  }
  return point;
}

/** The two-loop recursion: minus the approximate inverse Hessian times the gradient. */
function quasiNewton(
  gradient: Float64Array,
  history: readonly { step: Float64Array; change: Float64Array; product: number }[],
): Float64Array {
  const direction = gradient.map((value) => -value);
  const add = (vector: Float64Array, factor: number): void => {
    for (let i = 0; i < direction.length; i++) direction[i]! += factor * vector[i]!;
  };
  const shares = history.toReversed().map(({ step, change, product }) => {
    const share = dot(step, direction) / product;
    add(change, -share);
    return share;
  });
  const latest = history.at(-1);
  if (latest) {
    const scale = latest.product / dot(latest.change, latest.change);
    for (let i = 0; i < direction.length; i++) direction[i]! *= scale;
  }
  history.forEach(({ step, change, product }, i) =>
    add(step, shares[history.length - 1 - i]! - dot(change, direction) / product),
  );
  return direction;
}
