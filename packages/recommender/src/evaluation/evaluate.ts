import { type Interactions, listenersOf } from '../collaborative/interactions.ts';
import type { Recommender } from '../recommender.ts';
import { metricNames, type Metrics, metricsAt } from './metrics.ts';
import type { Split } from './splits.ts';

export interface EvaluationOptions {
  /** Length of the lists. */
  k: number;
  /** Breaks ties by chance, the same way for all recommenders. */
  seed: number;
  /** Groups items for the artist level. Without it there is no artist level. */
  artistOf?: (item: number) => string | undefined;
  /** Similarity of two items in [-1, 1] for the diversity; undefined where it is not known. */
  similarity?: (a: number, b: number) => number | undefined;
  /** A held-out item with at most this many listeners in training is of the long tail. Default 5. */
  tailListeners?: number;
}

/** What a metric is computed over. `tail`: held-out items few listeners know. */
export type Slice = 'all' | 'tail' | 'artist';

export interface Evaluation {
  /** Users of the cases, in the order of `slices`. */
  users: number[];
  /** One entry per case; undefined where the slice has nothing relevant for the user. */
  slices: Partial<Record<Slice, (Metrics | undefined)[]>>;
  /** Share of the candidates that at least one list holds, in [0, 1]. */
  coverage: number;
  /** Mean self-information -log2((listeners + 1) / (users + 1)) of the recommended items, in bits. */
  novelty: number;
  /** Intra-list diversity: mean of 1 - similarity over the pairs of a list; undefined without any. */
  diversity: number | undefined;
}

/** Recommends for each case and measures the lists. */
export function evaluate(
  recommender: Recommender,
  { train, cases, candidates }: Split,
  { k, seed, artistOf, similarity, tailListeners = 5 }: EvaluationOptions,
): Evaluation {
  const listeners = listenersOf(train);
  const excludedFromAll = [...listeners.keys()].filter((row) => candidates?.has(row) === false);
  const slices: Record<Slice, (Metrics | undefined)[]> = { all: [], tail: [], artist: [] };
  const measure = (slice: Slice, ranked: number[], relevant: Set<number>): void => {
    slices[slice].push(relevant.size > 0 ? metricsAt(k, ranked, relevant) : undefined);
  };
  const artists = artistOf && numberArtists(artistOf, listeners.length);
  const recommended = new Set<number>();
  const novelty = new Mean();
  const diversity = new Mean();
  for (const { user, profile, relevant } of cases) {
    const scores = recommender.score(profile);
    for (const row of excludedFromAll) scores[row] = -Infinity;
    for (const row of profile.rows) scores[row] = -Infinity;
    const salt = mix(seed, user);
    const ranked = highest(scores, salt, k);
    measure('all', ranked, new Set(relevant));
    measure('tail', ranked, new Set(relevant.filter((row) => listeners[row]! <= tailListeners)));
    if (artists) {
      const long = highest(scores, salt, 10 * k).map((row) => artists[row]!);
      measure('artist', [...new Set(long)], new Set(relevant.map((row) => artists[row]!)));
    }
    for (const row of ranked) {
      recommended.add(row);
      novelty.add(selfInformation(listeners[row]!, train));
    }
    if (similarity) {
      for (const [i, a] of ranked.entries()) {
        for (const b of ranked.slice(0, i)) diversity.add(1 - (similarity(a, b) ?? NaN));
      }
    }
  }
  const { all, tail, artist } = slices;
  return {
    users: cases.map(({ user }) => user),
    slices: { all, tail, ...(artists && { artist }) },
    coverage: recommended.size / (candidates?.size ?? train.items),
    novelty: novelty.value ?? 0,
    diversity: diversity.value,
  };
}

const selfInformation = (listeners: number, { users }: Interactions): number =>
  -Math.log2((listeners + 1) / (users + 1));

/** A number for each item's artist; an item without one is its own artist. */
function numberArtists(
  artistOf: (item: number) => string | undefined,
  items: number,
): readonly number[] {
  const numbers = new Map<string, number>();
  return Array.from({ length: items }, (_, item) => {
    const artist = artistOf(item);
    if (artist === undefined) return -1 - item;
    if (!numbers.has(artist)) numbers.set(artist, numbers.size);
    return numbers.get(artist)!;
  });
}

/**
 * The rows of the k highest scores above -Infinity, best first. Equal scores are ordered by chance,
 * for each user anew: the order of the rows often follows popularity, and would tell a recommender
 * that knows nothing what to say.
 */
function highest(scores: Float32Array, salt: number, k: number): number[] {
  const best: number[] = [];
  const precedes = (a: number, b: number): boolean =>
    scores[a] === scores[b] ? mix(salt, a) > mix(salt, b) : scores[a]! > scores[b]!;
  for (let row = 0; row < scores.length; row++) {
    if (scores[row] === -Infinity) continue;
    if (best.length === k && !precedes(row, best[k - 1]!)) continue;
    let place = best.length;
    while (place > 0 && precedes(row, best[place - 1]!)) place--;
    best.splice(place, 0, row);
    if (best.length > k) best.pop();
  }
  return best;
}

/** A number that looks random, the same for the same pair: the finaliser of MurmurHash3 (public domain). */
function mix(a: number, b: number): number {
  let hash = Math.imul(a + 1, 0x9e3779b1) ^ b;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Mean of the numbers added; NaN counts for nothing. */
class Mean {
  #sum = 0;
  #count = 0;

  add(value: number): void {
    if (Number.isNaN(value)) return;
    this.#sum += value;
    this.#count++;
  }

  get value(): number | undefined {
    return this.#count === 0 ? undefined : this.#sum / this.#count;
  }
}

/** Means of the measures over the cases that have any; undefined without one. */
export function meanMetrics(cases: readonly (Metrics | undefined)[]): Metrics | undefined {
  const measured = cases.filter((metrics) => metrics !== undefined);
  if (measured.length === 0) return undefined;
  const mean = (name: keyof Metrics): number =>
    measured.reduce((sum, metrics) => sum + metrics[name], 0) / measured.length;
  return Object.fromEntries(metricNames.map((name) => [name, mean(name)])) as unknown as Metrics;
}
