import { createKernel } from './kernel.ts';
import type { Space } from './space.ts';

/**
 * For each row of a space, the weighted mean of its similarities to the `count` nearest of the seeds.
 *
 * @param seeds points of the space. @param weights one positive number per seed.
 */
export type SeedScorer = (
  space: Space,
  seeds: readonly Float32Array[],
  weights: readonly number[],
  count: number,
) => Float32Array;

/** Rows scored at a time, so that they stay in the processor's cache from seed to seed. */
const blockRows = 1024;

/** Smaller weights, relative to the largest, would vanish in 32 bits. */
const leastWeight = 1e-30;

/**
 * Works on copies of blocks of rows in the kernel's memory, four numbers at a time: on one core,
 * copying takes about as long as scoring one seed with `dotRows`, and each seed after that a third.
 *
 * @param columns length of a point. @param capacity room for so many seeds.
 */
function createSeedScorer(columns: number, capacity: number): SeedScorer {
  const floats = blockRows * (columns + 1) + capacity * (columns + blockRows + 5);
  const kernel = createKernel(4 * (floats + 32));
  const block = kernel.floats(blockRows * columns);
  const points = kernel.floats(capacity * columns);
  const similarities = kernel.floats(capacity * blockRows);
  const shares = kernel.floats(capacity);
  const scratch = kernel.floats(4 * capacity);
  const means = kernel.floats(blockRows);
  const scoreBlock = (seeds: number, count: number): void => {
    for (let k = 0; k < seeds; k++) {
      const point = points.byteOffset + 4 * k * columns;
      const out = similarities.byteOffset + 4 * k * blockRows;
      kernel.dotRows(block.byteOffset, blockRows, columns, point, out);
    }
    kernel.meanOfLargest(
      similarities.byteOffset,
      seeds,
      blockRows,
      shares.byteOffset,
      count,
      scratch.byteOffset,
      means.byteOffset,
    );
  };
  return ({ vectors, size }, seeds, weights, count) => {
    const largest = Math.max(...weights);
    seeds.forEach((seed, k) => points.set(seed, k * columns));
    shares.set(weights.map((weight) => Math.max(weight / largest, leastWeight)));
    const scores = new Float32Array(size);
    for (let from = 0; from < size; from += blockRows) {
      const to = Math.min(from + blockRows, size);
      block.set(vectors.subarray(from * columns, to * columns));
      scoreBlock(seeds.length, count);
      scores.set(means.subarray(0, to - from), from);
    }
    return scores;
  };
}

const scorers = new Map<number, { capacity: number; score: SeedScorer }>();

/** A scorer for points of this length, made once: its memory is costly, and empty between calls. */
export function seedScorer(columns: number, seeds: number): SeedScorer {
  const known = scorers.get(columns);
  if (known && known.capacity >= seeds) return known.score;
  const capacity = 2 ** Math.ceil(Math.log2(Math.max(seeds, 8)));
  const score = createSeedScorer(columns, capacity);
  scorers.set(columns, { capacity, score });
  return score;
}
