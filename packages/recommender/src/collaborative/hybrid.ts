import { expectCount, expectOption, expectShare, withDefaults } from '../options.ts';
import type { Recommender } from '../recommender.ts';
import { type Interactions, listenersOf } from './interactions.ts';

/** Brings the scores of different recommenders to one scale; -Infinity stays what it is. */
export type Normalisation = (scores: Float32Array) => Float32Array;

/** (score - mean) / standard deviation over all items; all 0 when every score is the same. */
export const zScores: Normalisation = (scores) => {
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (const score of scores) {
    if (score === -Infinity) continue;
    count++;
    sum += score;
    squares += score * score;
  }
  const mean = sum / count;
  // What is left of equal scores after rounding must not be blown up to a deviation of 1.
  const variance = squares / count - mean * mean;
  const deviation = variance > 1e-12 * (squares / count) ? Math.sqrt(variance) : Infinity;
  return scores.map((score) => (score === -Infinity ? score : (score - mean) / deviation));
};

/** Share of the other items with a lower score plus half of those with an equal one, in [0, 1]. */
export const rankScores: Normalisation = (scores) => {
  const sorted = scores.slice().sort();
  return scores.map((score) => {
    if (score === -Infinity) return score;
    const lower = bound(sorted, (other) => other < score);
    const notHigher = bound(sorted, (other) => other <= score);
    return scores.length === 1 ? 0.5 : (lower + notHigher - 1) / 2 / (scores.length - 1);
  });
};

/** Number of leading elements of a sorted array that satisfy the condition. */
function bound(sorted: Float32Array, condition: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (condition(sorted[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}

export interface HybridOptions {
  /** Share of the second recommender, in [0, 1]. Default 0.5. */
  share?: number;
  /** Default: z-scores. */
  normalise?: Normalisation;
}

/**
 * Weighted sum of two recommenders on one scale: (1 - share) * first + share * second.
 *
 * @throws RecommenderError BAD_OPTION when they rank different numbers of items or `share` is not in [0, 1].
 */
export function hybrid(
  first: Recommender,
  second: Recommender,
  given: HybridOptions = {},
): Recommender {
  const { share, normalise } = withDefaults({ share: 0.5, normalise: zScores }, given);
  expectShare('share', share);
  expectSize(second, first.size);
  const { size } = first;
  return {
    name: `hybrid(${first.name}, ${second.name})`,
    size,
    score(profile) {
      // A share of nothing must not turn -Infinity into NaN.
      if (share === 0) return normalise(first.score(profile));
      if (share === 1) return normalise(second.score(profile));
      const b = normalise(second.score(profile));
      return normalise(first.score(profile)).map(
        (score, row) => (1 - share) * score + share * b[row]!,
      );
    },
  };
}

/**
 * Cold-start switch: items with fewer than `minimumListeners` listeners in the training data get the
 * content's score, the others that of collaborative filtering, each as a z-score among its own kind.
 *
 * @throws RecommenderError BAD_OPTION when the recommenders and the data have different numbers of
 * items or `minimumListeners` is not a positive integer.
 */
export function coldStartSwitch(
  collaborative: Recommender,
  content: Recommender,
  interactions: Interactions,
  minimumListeners = 1,
): Recommender {
  const size = interactions.items;
  expectSize(collaborative, size);
  expectSize(content, size);
  expectCount('minimumListeners', minimumListeners);
  const listeners = listenersOf(interactions);
  const rows = Uint32Array.from(listeners.keys());
  const cold = rows.filter((row) => listeners[row]! < minimumListeners);
  const warm = rows.filter((row) => listeners[row]! >= minimumListeners);
  return {
    name: `switch(${collaborative.name}, ${content.name})`,
    size,
    score(profile) {
      const scores = new Float32Array(size);
      const place = (recommender: Recommender, group: Uint32Array): void => {
        const all = recommender.score(profile);
        const own = new Float32Array(group.length);
        for (let k = 0; k < own.length; k++) own[k] = all[group[k]!]!;
        const normalised = zScores(own);
        for (let k = 0; k < own.length; k++) scores[group[k]!] = normalised[k]!;
      };
      place(collaborative, warm);
      place(content, cold);
      return scores;
    },
  };
}

const expectSize = ({ name, size }: Recommender, items: number): void =>
  expectOption(size === items, `${items} items`, name, size);
