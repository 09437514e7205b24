import { seededRandom } from '@consonance/statistics';
import type { Recommender } from '../recommender.ts';
import { type Interactions, listenersOf } from './interactions.ts';
import { checkProfile } from './profile.ts';

/** How many listeners each item has, the same for everyone: the baseline to beat. */
export function popularity(interactions: Interactions): Recommender {
  const listeners = Float32Array.from(listenersOf(interactions));
  return {
    name: 'popularity',
    size: listeners.length,
    score(profile) {
      checkProfile(profile, listeners.length);
      return listeners.slice();
    },
  };
}

/** Uniform scores in [0, 1) that depend on the seed and the profile's items: the floor. */
export function random(size: number, seed = 1): Recommender {
  return {
    name: 'random',
    size,
    score(profile) {
      const { rows } = checkProfile(profile, size);
      const next = seededRandom(rows.reduce((hash, row) => Math.imul(hash, 31) + row + 1, seed));
      return Float32Array.from({ length: size }, next);
    },
  };
}
