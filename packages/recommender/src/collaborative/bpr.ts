import { expectCount, expectOption, withDefaults } from '../options.ts';
import { seededRandom } from '@consonance/statistics';
import type { Recommender } from '../recommender.ts';
import { dotRows } from '../vectors.ts';
import { entryRows, type Interactions, listenersOf } from './interactions.ts';
import { checkProfile } from './profile.ts';

export interface BprOptions {
  /** Length of a factor vector; each item has a bias besides. Default 64. */
  factors?: number;
  /** Step of the gradient ascent. Default 0.01. */
  learningRate?: number;
  /** Weight of the squared norms in the loss, at least 0. Default 0.01. */
  regularization?: number;
  /** Passes over as many samples as there are entries. Default 100. */
  iterations?: number;
  /** Seed of the first factors and of the samples. Default 1. */
  seed?: number;
}

const bprDefaults = {
  factors: 64,
  learningRate: 0.01,
  regularization: 0.01,
  iterations: 100,
  seed: 1,
} satisfies BprOptions;

/**
 * BPR-MF: Rendle et al., "BPR: Bayesian Personalized Ranking from Implicit Feedback" (2009), by
 * stochastic gradient ascent as in Python's `implicit`: a liked pair is a random entry, the disliked
 * item is that of another random entry, skipped when the user has it. Values play no part, nor do
 * the weights of a profile.
 *
 * A profile is folded in by the same ascent over its vector alone, from zero, with the items fixed.
 *
 * @throws RecommenderError BAD_OPTION
 */
export function bpr(interactions: Interactions, given: BprOptions = {}): Recommender {
  const options = withDefaults(bprDefaults, given);
  const { factors, learningRate, regularization, iterations, seed } = options;
  expectCount('factors', factors);
  expectCount('iterations', iterations);
  expectOption(learningRate > 0, 'a number above 0', 'learningRate', learningRate);
  expectOption(regularization >= 0, 'a number of at least 0', 'regularization', regularization);
  const { users, items, indices } = interactions;
  const entries = indices.length;
  const userOf = entryRows(interactions);
  const random = seededRandom(seed);
  const start = (): number => (random() - 0.5) / factors;
  // The last factor of an item is its bias, that of a user is 1.
  const width = factors + 1;
  const listeners = listenersOf(interactions);
  const itemFactors = Float32Array.from({ length: items * width }, (_, k) =>
    listeners[Math.floor(k / width)]! > 0 ? start() : 0,
  );
  const userFactors = Float32Array.from({ length: users * width }, (_, k) =>
    k % width === factors ? 1 : start(),
  );

  /** How much the liked item (at offset a) should still gain on the disliked one (at b), in (0, 1). */
  const gradientOf = (user: Float32Array, a: number, b: number): number => {
    let score = 0;
    for (let i = 0; i < width; i++) score += user[i]! * (itemFactors[a + i]! - itemFactors[b + i]!);
    return 1 / (1 + Math.exp(score));
  };
  const moveUser = (user: Float32Array, a: number, b: number, gradient: number): void => {
    for (let i = 0; i < factors; i++) {
      const difference = itemFactors[a + i]! - itemFactors[b + i]!;
      user[i]! += learningRate * (gradient * difference - regularization * user[i]!);
    }
  };
  const moveItem = (user: Float32Array, item: number, gradient: number): void => {
    for (let i = 0; i < width; i++) {
      itemFactors[item + i]! +=
        learningRate * (gradient * user[i]! - regularization * itemFactors[item + i]!);
    }
  };

  const before = new Float32Array(width);
  for (let sample = 0; sample < iterations * entries; sample++) {
    const entry = Math.floor(random() * entries);
    const disliked = indices[Math.floor(random() * entries)]!;
    if (hasItem(interactions, userOf[entry]!, disliked)) continue;
    const user = userFactors.subarray(userOf[entry]! * width, (userOf[entry]! + 1) * width);
    const [a, b] = [indices[entry]! * width, disliked * width];
    const gradient = gradientOf(user, a, b);
    before.set(user);
    moveUser(user, a, b, gradient);
    moveItem(before, a, gradient);
    moveItem(before, b, -gradient);
  }

  return {
    name: 'bpr',
    size: items,
    score(profile) {
      const { rows } = checkProfile(profile, items);
      const liked = new Set(rows);
      const user = new Float32Array(width);
      user[factors] = 1;
      const sample = seededRandom(seed);
      for (let k = 0; entries > 0 && k < iterations * rows.length; k++) {
        const disliked = indices[Math.floor(sample() * entries)]!;
        if (liked.has(disliked)) continue;
        const [a, b] = [rows[k % rows.length]! * width, disliked * width];
        moveUser(user, a, b, gradientOf(user, a, b));
      }
      return dotRows(itemFactors, user);
    },
  };
}

/** Whether the user has the item, by binary search. */
function hasItem({ indptr, indices }: Interactions, user: number, item: number): boolean {
  let [low, high] = [indptr[user]!, indptr[user + 1]!];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (indices[middle]! < item) low = middle + 1;
    else high = middle;
  }
  return low < indptr[user + 1]! && indices[low] === item;
}
