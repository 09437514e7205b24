import { dot } from '@consonance/statistics';

export { dot };

/**
 * Adds the dot product of `query` with every row of a row-major matrix to `scores`.
 *
 * Four rows run side by side: their sums do not wait for each other, and each number of the query is
 * read once for the four. On one core this takes about 0.6 ns a multiplication, against 1.0 ns for
 * the plain loop (Node 24, AMD Zen 3).
 *
 * @param scores one number per row; by default zeros.
 */
export function dotRows(
  matrix: Float32Array,
  query: Float32Array,
  scores = new Float32Array(query.length === 0 ? 0 : matrix.length / query.length),
): Float32Array {
  const columns = query.length;
  const blocked = scores.length - (scores.length % 4);
  let offset = 0;
  for (let row = 0; row < blocked; row += 4, offset += 3 * columns) {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let i = 0; i < columns; i++, offset++) {
      const q = query[i]!;
      a += matrix[offset]! * q;
      b += matrix[offset + columns]! * q;
      c += matrix[offset + 2 * columns]! * q;
      d += matrix[offset + 3 * columns]! * q;
    }
    scores[row]! += a;
    scores[row + 1]! += b;
    scores[row + 2]! += c;
    scores[row + 3]! += d;
  }
  for (let row = blocked; row < scores.length; row++) {
    for (let i = 0; i < columns; i++) scores[row]! += matrix[offset++]! * query[i]!;
  }
  return scores;
}

/** Weighted mean of the given vectors, all of one length. Default weights: all 1. */
export function weightedMean(
  vectors: readonly Float32Array[],
  weights: readonly number[] = vectors.map(() => 1),
): Float32Array {
  const total = sum(weights);
  const mean = new Float64Array(vectors[0]?.length ?? 0);
  vectors.forEach((vector, k) => {
    const share = weights[k]! / total;
    for (let i = 0; i < mean.length; i++) mean[i]! += vector[i]! * share;
  });
  return Float32Array.from(mean);
}

export const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);

export const norm = (vector: Float32Array): number => Math.sqrt(dot(vector, vector));

/** The vector scaled to length 1; a zero vector stays zero. */
export function unit(vector: Float32Array): Float32Array {
  const length = norm(vector);
  return length === 0 ? vector.slice() : vector.map((x) => x / length);
}

/** Rounding may push a dot product of unit vectors a hair past 1. */
export const clampCosine = (value: number): number => Math.max(-1, Math.min(1, value));

/** Clamps in place. */
export function clampCosines(values: Float32Array): Float32Array {
  for (let i = 0; i < values.length; i++) {
    if (values[i]! > 1) values[i] = 1;
    else if (values[i]! < -1) values[i] = -1;
  }
  return values;
}

/** From this many rows on, sorting all scores is cheaper than keeping the best in order. */
const sortFrom = 512;

/**
 * The `count` rows of highest score among those that are not excluded, best first. Rows whose score
 * is -Infinity or NaN are never among them. Equal scores keep the order of the rows, so that a
 * result never depends on chance.
 */
export function topRows(
  scores: Float32Array,
  count: number,
  excluded: Pick<ReadonlySet<number>, 'has'>,
): number[] {
  if (count >= sortFrom) {
    const eligible = (score: number, row: number) => score > -Infinity && !excluded.has(row);
    const sorted = scores.filter(eligible).sort();
    const floor = sorted[Math.max(0, sorted.length - count)] ?? Infinity;
    return [...scores.keys()]
      .filter((row) => scores[row]! >= floor && eligible(scores[row]!, row))
      .sort((a, b) => scores[b]! - scores[a]! || a - b)
      .slice(0, count);
  }
  const best: number[] = [];
  let floor = -Infinity;
  for (let row = 0; row < scores.length; row++) {
    const score = scores[row]!;
    if (!(score > floor) || excluded.has(row)) continue;
    let position = best.length;
    while (position > 0 && score > scores[best[position - 1]!]!) position--;
    best.splice(position, 0, row);
    if (best.length > count) best.pop();
    if (best.length === count) floor = scores[best[count - 1]!]!;
  }
  return best;
}
