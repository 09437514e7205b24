import { type Catalogue, genreProfile, rowsOf } from './catalogue.ts';
import { RecommenderError } from './errors.ts';
import { type Reason, reasonsFor } from './reasons.ts';
import type { Recommender } from './recommender.ts';
import { topRows } from './vectors.ts';

export interface Recommendation {
  id: string;
  /** Score of the recommender; in [-1, 1] for methods 1 and 2. */
  score: number;
  /** Genre label -> probability in [0, 1]. */
  genres: Record<string, number>;
  reasons: Reason[];
}

export interface RecommendOptions {
  /** How many songs; fewer come back when the library has no more. Default 5. */
  count?: number;
  /** Ids that must not come back, besides the seeds. */
  exclude?: readonly string[];
}

/**
 * The songs of the catalogue that a recommender scores highest for the seeds; seeds never come back.
 *
 * @param seedIds one or more ids; an id given twice counts once.
 * @throws RecommenderError NO_SEEDS, UNKNOWN_SONG, or BAD_OPTION when `count` is not a positive integer.
 */
export function recommend(
  catalogue: Catalogue,
  recommender: Recommender,
  seedIds: readonly string[],
  { count = 5, exclude = [] }: RecommendOptions = {},
): Recommendation[] {
  if (!Number.isInteger(count) || count < 1) {
    throw new RecommenderError(
      'BAD_OPTION',
      `Expected a positive integer for count but received ${count}.`,
    );
  }
  const seeds = rowsOf(catalogue, [...new Set(seedIds)]);
  if (seeds.length === 0) {
    throw new RecommenderError('NO_SEEDS', 'Expected at least one seed song but received none.');
  }
  const scores = recommender.score({ rows: seeds });
  const excluded = new Set([...seeds, ...exclude.flatMap((id) => catalogue.rowOf.get(id) ?? [])]);
  return topRows(scores, count, excluded).map((row) => ({
    id: catalogue.ids[row]!,
    score: scores[row]!,
    genres: genreProfile(catalogue, row),
    reasons: reasonsFor(catalogue, row, seeds),
  }));
}
