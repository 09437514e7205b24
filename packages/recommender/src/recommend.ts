import { type Catalogue, genreProfile, rowsOf } from './catalogue.ts';
import { RecommenderError } from './errors.ts';
import { expectCount, withDefaults } from './options.ts';
import {
  matchingWindows,
  nearestSeed,
  type Reason,
  sharedGenres,
  type SongWindow,
} from './reasons.ts';
import { rankingOf, type Recommender } from './recommender.ts';
import { type Candidate, type Filter, type Step, unchanged } from './rerank.ts';

export interface Recommendation {
  id: string;
  /** Score of the recommender; in [-1, 1] for methods 1 and 2. */
  score: number;
  /** Genre label -> probability in [0, 1]. */
  genres: Record<string, number>;
  reasons: Reason[];
  /** Ids of versions and near-duplicates that this song stands for; only where there are any. */
  collapsed?: string[];
}

export interface RecommendOptions {
  /** How many songs; fewer come back when the library has no more. Default 5. */
  count?: number;
  /** Ids that must not come back, besides the seeds. */
  exclude?: readonly string[];
  /** What songs must satisfy, by row. Default: nothing. */
  filters?: readonly Filter[];
  /** What is done to the ranking: caps, versions, diversity. Default: nothing. */
  rerank?: Step;
  /** Windows of a song, for the reason that names the best matching pair. */
  windowsOf?: (id: string) => readonly SongWindow[];
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
  options: RecommendOptions = {},
): Recommendation[] {
  const { count, exclude, filters, rerank, windowsOf } = withDefaults<Required<RecommendOptions>>(
    { count: 5, exclude: [], filters: [], rerank: unchanged, windowsOf: () => [] },
    options,
  );
  expectCount('count', count);
  const seeds = rowsOf(catalogue, [...new Set(seedIds)]);
  if (seeds.length === 0) {
    throw new RecommenderError('NO_SEEDS', 'Expected at least one seed song but received none.');
  }
  const profile = { rows: seeds };
  const excluded = new Set([...seeds, ...exclude.flatMap((id) => catalogue.rowOf.get(id) ?? [])]);
  const poolOf = rankingOf(
    recommender,
    profile,
    (row) => !excluded.has(row) && filters.every((passes) => passes(row)),
  );
  return choose(poolOf, rerank, { seeds, count }).map((candidate) => {
    const { row } = candidate;
    const nearest = nearestSeed(catalogue, row, seeds);
    const reasons = recommender.explain?.(profile, row) ?? [
      nearest,
      ...sharedGenres(catalogue, row, seeds),
    ];
    const windows = matchingWindows(
      nearest.seedId,
      windowsOf(catalogue.ids[row]!),
      windowsOf(nearest.seedId),
    );
    return toRecommendation(catalogue, candidate, [...reasons, ...windows]);
  });
}

/** Songs that sound like one song. */
export const similarTo = (
  catalogue: Catalogue,
  recommender: Recommender,
  id: string,
  options: RecommendOptions = {},
): Recommendation[] => recommend(catalogue, recommender, [id], options);

/** A candidate with ids for rows. */
export function toRecommendation(
  catalogue: Catalogue,
  { row, score, collapsed }: Candidate,
  reasons: Reason[],
): Recommendation {
  return {
    id: catalogue.ids[row]!,
    score,
    genres: genreProfile(catalogue, row),
    reasons,
    ...(collapsed && { collapsed: collapsed.map((other) => catalogue.ids[other]!) }),
  };
}

/** The scores with -Infinity for what does not pass. */
export const filtered = (scores: Float32Array, filters: readonly Filter[]): Float32Array =>
  filters.length === 0
    ? scores
    : scores.map((score, row) => (filters.every((passes) => passes(row)) ? score : -Infinity));

/** Candidates per wanted song that re-ranking chooses from at first; more when these do not do. */
const poolFactor = 20;

/** Songs that are farther than this many others are not worth the time that comparing them takes. */
const maximumPool = 10_000;

/**
 * The best candidates that re-ranking leaves, from a pool that grows until there are enough.
 *
 * @param poolOf the best `size` candidates, fewer when there are no more.
 */
export function choose<C extends Candidate>(
  poolOf: (size: number) => readonly C[],
  rerank: Step,
  context: Parameters<Step>[1],
): readonly C[] {
  if (rerank === unchanged) return poolOf(context.count);
  for (let size = context.count * poolFactor; ; size *= poolFactor) {
    const pool = poolOf(Math.min(size, maximumPool));
    const chosen = rerank(pool, context).slice(0, context.count);
    if (chosen.length === context.count || pool.length < size) return chosen;
  }
}
