import { entriesOf, type Interactions } from '../collaborative/interactions.ts';
import { expectCount, expectShare } from '../options.ts';
import { shuffled } from '@consonance/statistics';
import type { Profile } from '../recommender.ts';

/** A listener to recommend for, and what a good recommender would find. */
export interface EvaluationCase {
  user: number;
  /** What the recommender may see; never recommended back. */
  profile: Profile;
  /** The held-out items, at least one. */
  relevant: readonly number[];
}

/** Training data and the cases that it has not seen. */
export interface Split {
  train: Interactions;
  cases: readonly EvaluationCase[];
  /** Only these items are ranked. Default: all. */
  candidates?: ReadonlySet<number>;
}

/**
 * Holds out a share of each user's items, drawn at random; at least one, and at least one stays.
 * Users with a single item are trained on but not evaluated.
 *
 * @param random uniform numbers in [0, 1).
 */
export function holdOutRandom(
  interactions: Interactions,
  share: number,
  random: () => number,
): Split {
  return holdOutShare(interactions, share, (_, items) => shuffled(items, random));
}

/**
 * Holds out the share of each user's items that came last.
 *
 * @param timeOf when the user met the item, in any unit.
 */
export function holdOutLatest(
  interactions: Interactions,
  share: number,
  timeOf: (user: number, item: number) => number,
): Split {
  return holdOutShare(interactions, share, (user, items) =>
    items.toSorted((a, b) => timeOf(user, b) - timeOf(user, a)),
  );
}

/**
 * The case that only content can answer: a share of the items is taken out of training altogether,
 * and only those are ranked.
 */
export function holdOutItems(
  interactions: Interactions,
  share: number,
  random: () => number,
): Split {
  expectShare('share', share);
  const items = shuffled([...Array(interactions.items).keys()], random);
  const cold = new Set(items.slice(0, Math.round(share * items.length)));
  return { ...split(interactions, (_, item) => !cold.has(item)), candidates: cold };
}

/**
 * New listeners: a share of the users is taken out of training altogether; of each, the recommender
 * sees `profileSize` random items.
 */
export function holdOutUsers(
  interactions: Interactions,
  share: number,
  profileSize: number,
  random: () => number,
): Split {
  expectShare('share', share);
  expectCount('profileSize', profileSize);
  const users = shuffled([...Array(interactions.users).keys()], random);
  const newcomers = users.slice(0, Math.round(share * users.length));
  const profiles = new Map(
    newcomers.map((user) => {
      const items = shuffled([...entriesOf(interactions, user).items], random);
      return [user, new Set(items.slice(0, profileSize))];
    }),
  );
  const { cases } = split(interactions, (user, item) => profiles.get(user)?.has(item) ?? true);
  return { cases, train: keep(interactions, (user) => !profiles.has(user)) };
}

/** @param order a user's items, those to hold out first. */
function holdOutShare(
  interactions: Interactions,
  share: number,
  order: (user: number, items: number[]) => number[],
): Split {
  expectShare('share', share);
  const heldOut = Array.from({ length: interactions.users }, (_, user) => {
    const items = [...entriesOf(interactions, user).items];
    const count = Math.min(items.length - 1, Math.max(1, Math.round(share * items.length)));
    return new Set(order(user, items).slice(0, Math.max(0, count)));
  });
  return split(interactions, (user, item) => !heldOut[user]!.has(item));
}

/** Trains on what is kept; users who have both kept and held-out items become cases. */
function split(
  interactions: Interactions,
  isKept: (user: number, item: number) => boolean,
): { train: Interactions; cases: EvaluationCase[] } {
  const train = keep(interactions, isKept);
  const cases: EvaluationCase[] = [];
  for (let user = 0; user < interactions.users; user++) {
    const { items, values } = entriesOf(train, user);
    const relevant = [...entriesOf(interactions, user).items].filter((item) => !isKept(user, item));
    if (items.length === 0 || relevant.length === 0) continue;
    cases.push({ user, profile: { rows: [...items], weights: [...values] }, relevant });
  }
  return { train, cases };
}

function keep(
  interactions: Interactions,
  isKept: (user: number, item: number) => boolean,
): Interactions {
  const indptr = new Uint32Array(interactions.users + 1);
  const kept: number[] = [];
  for (let user = 0; user < interactions.users; user++) {
    for (let k = interactions.indptr[user]!; k < interactions.indptr[user + 1]!; k++) {
      if (isKept(user, interactions.indices[k]!)) kept.push(k);
    }
    indptr[user + 1] = kept.length;
  }
  return {
    ...interactions,
    indptr,
    indices: Uint32Array.from(kept, (k) => interactions.indices[k]!),
    values: Float32Array.from(kept, (k) => interactions.values[k]!),
  };
}
