import { checkProfile } from './collaborative/profile.ts';
import type { Profile } from './recommender.ts';
import { pointOf, similarity, type Space } from './space.ts';
import { clampCosines, dotRows, sum, weightedMean } from './vectors.ts';

/**
 * How the similarities to one or many seeds become one score. Every way is a weighted mean of the
 * similarities, so the part of each seed in a score is known exactly.
 *
 * - `centroid`: mean over all seeds. One scan, whatever the number of seeds.
 * - `best-match`: the nearest seed alone; weights of seeds play no part.
 * - `agreement`: mean over the nearer half of the seeds: a song must suit several of them, not all.
 *
 * The latter two take one scan per seed.
 */
export type Aggregation = 'centroid' | 'best-match' | 'agreement';

export const aggregations: readonly Aggregation[] = ['centroid', 'best-match', 'agreement'];

/** The only place that says so: `compareAggregations` on the shipped embedding decides. */
export const defaultAggregation: Aggregation = 'centroid';

/** How many of the nearest seeds take part. */
const nearestSeeds = (aggregation: Aggregation, seeds: number): number =>
  ({ centroid: seeds, 'best-match': 1, agreement: Math.ceil(seeds / 2) })[aggregation];

/** One score in [-1, 1] per song. */
export function aggregate(space: Space, profile: Profile, aggregation: Aggregation): Float32Array {
  const { rows, weights } = checkProfile(profile, space.size);
  const seeds = rows.map((row) => pointOf(space, row));
  const count = nearestSeeds(aggregation, seeds.length);
  if (count === seeds.length) {
    return clampCosines(dotRows(space.vectors, weightedMean(seeds, weights)));
  }
  const scores = new Float32Array(space.size);
  forBlocks(space, seeds, (from, bySeed) => {
    const block = scores.subarray(from, from + bySeed[0]!.length);
    if (count === 1) largestOf(bySeed, block);
    else meanOfLargest(bySeed, weights, count, block);
  });
  return clampCosines(scores);
}

/** Rows scored at a time, so that they stay in the processor's cache from seed to seed. */
const blockRows = 1024;

/** Calls back with the similarities of a block of rows, one array per seed, reused. */
function forBlocks(
  { vectors, columns, size }: Space,
  seeds: readonly Float32Array[],
  use: (from: number, bySeed: readonly Float32Array[]) => void,
): void {
  const room = seeds.map(() => new Float32Array(blockRows));
  for (let from = 0; from < size; from += blockRows) {
    const to = Math.min(from + blockRows, size);
    const block = vectors.subarray(from * columns, to * columns);
    const bySeed = room.map((similarities) => similarities.subarray(0, to - from).fill(0));
    seeds.forEach((seed, k) => dotRows(block, seed, bySeed[k]!));
    use(from, bySeed);
  }
}

function largestOf(bySeed: readonly Float32Array[], out: Float32Array): void {
  out.set(bySeed[0]!);
  for (const similarities of bySeed) {
    for (let i = 0; i < out.length; i++) if (similarities[i]! > out[i]!) out[i] = similarities[i]!;
  }
}

/** Weighted mean of the `count` largest of each row; equal ones all take part. */
function meanOfLargest(
  bySeed: readonly Float32Array[],
  weights: readonly number[],
  count: number,
  out: Float32Array,
): void {
  const similarities = new Float32Array(bySeed.length);
  const sorted = new Float32Array(bySeed.length);
  for (let i = 0; i < out.length; i++) {
    for (let k = 0; k < bySeed.length; k++) similarities[k] = bySeed[k]![i]!;
    const floor = nthLargest(similarities, count, sorted);
    let total = 0;
    let totalWeight = 0;
    for (let k = 0; k < bySeed.length; k++) {
      if (similarities[k]! < floor) continue;
      total += weights[k]! * similarities[k]!;
      totalWeight += weights[k]!;
    }
    out[i] = total / totalWeight;
  }
}

/** @param sorted room for a sorted copy. */
function nthLargest(values: Float32Array, n: number, sorted: Float32Array): number {
  sorted.set(values);
  return sorted.sort()[values.length - n]!;
}

export interface SeedPart {
  /** Row of the seed. */
  seed: number;
  /** Share of the seed in the score, in [0, 1]; the shares add up to 1. */
  share: number;
  /** Similarity of song and seed, in [-1, 1]; `share * similarity` is the seed's part of the score. */
  similarity: number;
}

/** What a song's score was made of: it is the sum of `share * similarity`. */
export function seedParts(
  space: Space,
  profile: Profile,
  aggregation: Aggregation,
  row: number,
): SeedPart[] {
  const { rows, weights } = checkProfile(profile, space.size);
  const similarities = Float32Array.from(rows, (seed) => similarity(space, seed, row));
  const count = nearestSeeds(aggregation, rows.length);
  const floor = nthLargest(similarities, count, new Float32Array(rows.length));
  const taking = weights.map((weight, k) => (similarities[k]! >= floor ? weight : 0));
  const total = sum(taking);
  return rows.map((seed, k) => ({
    seed,
    share: taking[k]! / total,
    similarity: similarities[k]!,
  }));
}
