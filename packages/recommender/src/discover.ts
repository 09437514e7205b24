import type { Catalogue } from './catalogue.ts';
import { RecommenderError } from './errors.ts';
import { correctHubness, type SimilarityStatistics } from './hubness.ts';
import { expectCount, expectShare, withDefaults } from './options.ts';
import { shuffled } from '@consonance/statistics';
import type { Reason } from './reasons.ts';
import { choose, filtered, type Recommendation, toRecommendation } from './recommend.ts';
import { type Candidate, type Filter, type Step, unchanged } from './rerank.ts';
import { historyReason, type Taste, tasteScores } from './taste.ts';
import { topRows } from './vectors.ts';

export interface DiscoverOptions {
  /** Uniform numbers in [0, 1): which interest comes first, and what is explored. */
  random: () => number;
  /** How many songs; fewer come back when the library has no more. Default 5. */
  count?: number;
  /** Share of songs that lie farther off but are still plausible, in [0, 1]. Default 0.2. */
  exploration?: number;
  /** Ids that were recommended before; they do not come again. */
  recommended?: readonly string[];
  /** Whether songs of the history may come too; disliked ones never do. Default no. */
  includeKnown?: boolean;
  /** What songs must satisfy, by row. Default: nothing. */
  filters?: readonly Filter[];
  /** What is done to the ranking. Default: nothing. */
  rerank?: Step;
  /** Of the space of the taste: songs that are near everything stand back. Default: they do not. */
  hubs?: SimilarityStatistics | undefined;
}

interface Discovery extends Candidate {
  /** Position when all songs are ranked by taste, from 1; only for explored ones. */
  readonly explored?: number;
}

/**
 * Exploration leaves out the nearest songs, twice as many as are wanted, and goes no farther than
 * this share of the library (or ten times as many songs as are wanted, in a small one).
 */
const explorationReach = 0.05;

/**
 * Songs for a listener, from the history alone. Interests take turns in proportion to their share
 * of the history, and so does exploration.
 *
 * @throws RecommenderError NO_SEEDS when the history holds nothing that the listener likes.
 */
export function discover(
  catalogue: Catalogue,
  taste: Taste,
  { hubs, ...options }: DiscoverOptions,
): Recommendation[] {
  const { random, count, exploration, recommended, includeKnown, filters, rerank } = withDefaults<
    Required<Omit<DiscoverOptions, 'hubs'>>
  >(
    {
      random: Math.random,
      count: 5,
      exploration: 0.2,
      recommended: [],
      includeKnown: false,
      filters: [],
      rerank: unchanged,
    },
    options,
  );
  expectCount('count', count);
  expectShare('exploration', exploration);
  if (taste.interests.length === 0) {
    throw new RecommenderError(
      'NO_SEEDS',
      'Expected a history with a song of the library that the listener likes.',
    );
  }
  const known = [...taste.known];
  const excluded = new Set([
    ...taste.disliked,
    ...(includeKnown ? [] : known),
    ...recommended.flatMap((id) => catalogue.rowOf.get(id) ?? []),
  ]);
  const { best, byInterest } = tasteScores(taste);
  const ranked = (of: Float32Array) => filtered(hubs ? correctHubness(of, hubs) : of, filters);
  const scores = ranked(best);
  const scoresByInterest = byInterest.map(ranked);
  const reach = Math.max(10 * count, Math.round(explorationReach * catalogue.size));
  const explored = shuffled(
    topRows(scores, reach, excluded)
      .map((row, k) => ({ row, score: scores[row]!, explored: k + 1 }))
      .slice(2 * count),
    random,
  );
  const credits = [...taste.interests, undefined].map(() => random());
  const candidates = (size: number): Discovery[] =>
    takeTurns(
      [
        ...scoresByInterest.map((of) =>
          topRows(of, size, excluded).map((row) => ({ row, score: scores[row]! })),
        ),
        explored,
      ],
      [...taste.interests.map(({ share }) => share * (1 - exploration)), exploration],
      credits,
      size,
    );
  const context = { seeds: includeKnown ? [] : known, count };
  return choose(candidates, rerank, context).map((candidate) => {
    const { row, score } = candidate;
    const reasons: Reason[] = historyReason(catalogue, taste, row);
    if (hubs) reasons.push({ kind: 'hubness', part: score - best[row]! });
    if (candidate.explored) reasons.unshift({ kind: 'exploration', rank: candidate.explored });
    return toRecommendation(catalogue, candidate, reasons);
  });
}

/**
 * Smooth weighted round robin: every stretch of the result holds each list in proportion to its
 * share; a row comes once, and an exhausted list leaves its turns to the others.
 */
function takeTurns(
  lists: readonly (readonly Discovery[])[],
  shares: readonly number[],
  startingCredits: readonly number[],
  size: number,
): Discovery[] {
  const taken = new Map<number, Discovery>();
  const positions = lists.map(() => 0);
  const credits = [...startingCredits];
  const skipTaken = (k: number) => {
    while (taken.has(lists[k]![positions[k]!]?.row ?? -1)) positions[k]!++;
    return positions[k]! < lists[k]!.length;
  };
  while (taken.size < size) {
    const open = [...lists.keys()].filter((k) => shares[k]! > 0 && skipTaken(k));
    if (open.length === 0) break;
    const total = open.reduce((sum, k) => sum + shares[k]!, 0);
    for (const k of open) credits[k]! += shares[k]! / total;
    const next = open.reduce((best, k) => (credits[k]! > credits[best]! ? k : best));
    credits[next]!--;
    const candidate = lists[next]![positions[next]!]!;
    taken.set(candidate.row, candidate);
  }
  return [...taken.values()];
}
