import type { Reason } from './reasons.ts';
import type { Candidate, Filter } from './rerank.ts';
import type { Sliced } from './slices.ts';
import { topRows } from './vectors.ts';

/** A listener as a recommender sees one: some items, by row, each with a weight. */
export interface Profile {
  /** Rows of the items, at least one. */
  readonly rows: readonly number[];
  /** One positive weight per row, such as a play count. Default: all 1. */
  readonly weights?: readonly number[];
}

/**
 * Anything that ranks items for a listener: the paper's two methods, collaborative filtering and the
 * plain baselines. It is bound to its items, so one contract suite and one evaluation serve all.
 */
export interface Recommender {
  readonly name: string;
  /** Number of items; they are the rows 0 ... size - 1. */
  readonly size: number;
  /**
   * One score per item, higher is better; -Infinity for an item that must not be recommended.
   * The profile's own items are scored too.
   */
  score(profile: Profile): Float32Array;
  /**
   * The best of `score` among the items that may come, `count` or fewer, in the order of `topRows`,
   * where the recommender finds them without scoring all.
   */
  best?(profile: Profile, count: number, mayCome: Filter): Candidate[];
  /** Makes what its first use would make. */
  prepare?(): Sliced<void>;
  /** What the score of an item was made of, where the recommender can tell. */
  explain?(profile: Profile, row: number): Reason[];
}

/** The `count` best items for a profile among those that may come, best first, for any count. */
export function rankingOf(
  recommender: Recommender,
  profile: Profile,
  mayCome: Filter,
): (count: number) => Candidate[] {
  if (recommender.best) return (count) => recommender.best!(profile, count, mayCome);
  const scores = recommender.score(profile);
  const excluded = { has: (row: number) => !mayCome(row) };
  return (count) => topRows(scores, count, excluded).map((row) => ({ row, score: scores[row]! }));
}
