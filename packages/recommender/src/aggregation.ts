import { checkProfile } from './collaborative/profile.ts';
import type { Profile } from './recommender.ts';
import type { Candidate, Filter } from './rerank.ts';
import { rowScorerOf } from './row-scorer.ts';
import { rowSearchOf } from './row-search.ts';
import { seedScorer } from './seed-scorer.ts';
import { pointOf, similarity, type Space } from './space.ts';
import { clampCosines, sum, weightedMean } from './vectors.ts';

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

/** Points of the seeds with their weights, and how many of the nearest ones take part. */
function seedsOf(space: Space, profile: Profile, aggregation: Aggregation) {
  const { rows, weights } = checkProfile(profile, space.size);
  const seeds = rows.map((row) => pointOf(space, row));
  const taking = nearestSeeds(aggregation, seeds.length);
  // The weight of one alone plays no part, not even by rounding.
  return { seeds, taking, weights: taking === 1 ? seeds.map(() => 1) : weights };
}

/** One score in [-1, 1] per song. */
export function aggregate(space: Space, profile: Profile, aggregation: Aggregation): Float32Array {
  const { seeds, taking, weights } = seedsOf(space, profile, aggregation);
  if (taking === seeds.length) {
    return clampCosines(rowScorerOf(space)()(weightedMean(seeds, weights)).slice());
  }
  const score = seedScorer(space.columns, seeds.length);
  return clampCosines(score(space, seeds, weights, taking));
}

/** The best of `aggregate` among the songs that may come, `count` or fewer, in the order of `topRows`. */
export function bestOfAggregate(
  space: Space,
  profile: Profile,
  aggregation: Exclude<Aggregation, 'agreement'>,
  count: number,
  mayCome: Filter,
): Candidate[] {
  const { seeds, taking, weights } = seedsOf(space, profile, aggregation);
  const search = rowSearchOf(space)();
  if (taking === seeds.length) return search(weightedMean(seeds, weights), count, mayCome);
  // Whoever is among the best of all is so for the seed that it is nearest to.
  const best = new Map<number, number>();
  for (const seed of seeds) {
    for (const { row, score } of search(seed, count, mayCome)) {
      best.set(row, Math.max(score, best.get(row) ?? -1));
    }
  }
  return [...best]
    .map(([row, score]) => ({ row, score }))
    .sort((a, b) => b.score - a.score || a.row - b.row)
    .slice(0, count);
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
  const similarities = Float64Array.from(rows, (seed) => similarity(space, seed, row));
  const count = nearestSeeds(aggregation, rows.length);
  const floor = similarities.toSorted()[rows.length - count]!;
  const taking = weights.map((weight, k) => (similarities[k]! >= floor ? weight : 0));
  const total = sum(taking);
  return rows.map((seed, k) => ({
    seed,
    share: taking[k]! / total,
    similarity: similarities[k]!,
  }));
}
