/** Dot product of `query` with every row of a row-major matrix; one number per row. */
export function dotRows(matrix: Float32Array, query: Float32Array): Float32Array {
  const dimensions = query.length;
  const scores = new Float32Array(dimensions === 0 ? 0 : matrix.length / dimensions);
  for (let row = 0, offset = 0; row < scores.length; row++) {
    let sum = 0;
    for (let i = 0; i < dimensions; i++) sum += matrix[offset++]! * query[i]!;
    scores[row] = sum;
  }
  return scores;
}

/** Weighted mean of the given vectors, all of one length. Default weights: all 1. */
export function weightedMean(
  vectors: readonly Float32Array[],
  weights: readonly number[] = vectors.map(() => 1),
): Float32Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = new Float32Array(vectors[0]?.length ?? 0);
  vectors.forEach((vector, k) => {
    const share = weights[k]! / total;
    for (let i = 0; i < mean.length; i++) mean[i]! += vector[i]! * share;
  });
  return mean;
}

export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Cosine similarity in [-1, 1]; 0 when either vector is zero. */
export function cosine(a: Float32Array, b: Float32Array): number {
  const norms = Math.sqrt(dot(a, a) * dot(b, b));
  return norms === 0 ? 0 : clampCosine(dot(a, b) / norms);
}

/** Rounding may push a dot product of unit vectors a hair past 1. */
export const clampCosine = (value: number): number => Math.max(-1, Math.min(1, value));

/**
 * The `count` rows of highest score among those that are not excluded, best first.
 * Equal scores keep the order of the rows, so that a result never depends on chance.
 */
export function topRows(
  scores: Float32Array,
  count: number,
  excluded: ReadonlySet<number>,
): number[] {
  const best: number[] = [];
  for (let row = 0; row < scores.length; row++) {
    const score = scores[row]!;
    if (best.length === count && score <= scores[best[count - 1]!]!) continue;
    if (excluded.has(row)) continue;
    let position = best.length;
    while (position > 0 && score > scores[best[position - 1]!]!) position--;
    best.splice(position, 0, row);
    if (best.length > count) best.pop();
  }
  return best;
}
