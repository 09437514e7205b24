import { expectCount, expectOption, withDefaults } from '../options.ts';
import type { Recommender } from '../recommender.ts';
import { type Interactions, listenersOf, mapValues, entriesOf, transpose } from './interactions.ts';
import { checkProfile } from './profile.ts';

export interface ItemNeighboursOptions {
  /** Neighbours kept per item. Default 200. */
  neighbours?: number;
  /** Similarity of two items: the cosine of their columns, or the dot product of BM25 weights. */
  weighting?: 'cosine' | 'bm25';
}

/**
 * Item-kNN: score of an item = sum over the profile of weight * similarity, where each item of the
 * profile reaches its `neighbours` most similar items (Sarwar et al. 2001; BM25 with k1 = 1.2 and
 * b = 0.75 as in Python's `implicit`). Scores are linear in the weights.
 *
 * Memory: 8 * neighbours bytes per item.
 *
 * @throws RecommenderError BAD_OPTION
 */
export function itemNeighbours(
  interactions: Interactions,
  given: ItemNeighboursOptions = {},
): Recommender {
  const defaults: Required<ItemNeighboursOptions> = { neighbours: 200, weighting: 'cosine' };
  const { neighbours, weighting } = withDefaults(defaults, given);
  expectCount('neighbours', neighbours);
  expectOption(weighting in weightings, 'cosine or bm25', 'weighting', weighting);
  const byItem = weightings[weighting](transpose(interactions));
  const similar = nearestRows(byItem, neighbours);
  return {
    name: weighting === 'cosine' ? 'item-knn' : 'item-knn-bm25',
    size: interactions.items,
    score(profile) {
      const { rows, weights } = checkProfile(profile, interactions.items);
      const scores = new Float32Array(interactions.items);
      rows.forEach((row, k) => addRow(scores, similar, row, weights[k]!));
      return scores;
    },
  };
}

export interface UserNeighboursOptions {
  /** Similar users that a score is made of. Default 50. */
  neighbours?: number;
}

/**
 * User-kNN: score of an item = sum over the users most similar to the profile of similarity * the
 * user's value for the item, where users are unit vectors and the similarity is their cosine.
 * Multiplying all weights by one number changes nothing.
 *
 * @throws RecommenderError BAD_OPTION
 */
export function userNeighbours(
  interactions: Interactions,
  given: UserNeighboursOptions = {},
): Recommender {
  const { neighbours } = withDefaults({ neighbours: 50 }, given);
  expectCount('neighbours', neighbours);
  const byUser = unitRows(interactions);
  const byItem = transpose(byUser);
  return {
    name: 'user-knn',
    size: interactions.items,
    score(profile) {
      const { rows, weights } = checkProfile(profile, interactions.items);
      const norm = Math.hypot(...weights);
      const similarities = new Float32Array(interactions.users);
      rows.forEach((row, k) => addRow(similarities, byItem, row, weights[k]! / norm));
      const scores = new Float32Array(interactions.items);
      for (const user of highest(similarities, similarities.keys(), neighbours)) {
        addRow(scores, byUser, user, similarities[user]!);
      }
      return scores;
    },
  };
}

/** sums += weight * row of the matrix */
function addRow(sums: Float32Array, matrix: Interactions, row: number, weight: number): void {
  const { indptr, indices, values } = matrix;
  for (let k = indptr[row]!; k < indptr[row + 1]!; k++) sums[indices[k]!]! += weight * values[k]!;
}

/** Each row divided by its Euclidean norm. */
function unitRows(matrix: Interactions): Interactions {
  const scaled = mapValues(matrix, (value) => value);
  for (let row = 0; row < matrix.users; row++) {
    const { values } = entriesOf(scaled, row);
    const norm = Math.hypot(...values);
    for (let k = 0; k < values.length; k++) values[k]! /= norm;
  }
  return scaled;
}

/** BM25 weights of an items x users matrix, an item being a document and a user a term. */
function bm25(byItem: Interactions, k1 = 1.2, b = 0.75): Interactions {
  const itemsOfUser = listenersOf(byItem);
  const lengths = Array.from({ length: byItem.users }, (_, item) =>
    entriesOf(byItem, item).values.reduce((sum, value) => sum + value, 0),
  );
  const averageLength = lengths.reduce((sum, length) => sum + length, 0) / byItem.users;
  const weighted = mapValues(byItem, (value) => value);
  lengths.forEach((length, item) => {
    const { items: users, values } = entriesOf(weighted, item);
    const saturation = k1 * (1 - b + (b * length) / averageLength);
    users.forEach((user, k) => {
      const idf = Math.log(byItem.users) - Math.log1p(itemsOfUser[user]!);
      values[k] = ((values[k]! * (k1 + 1)) / (saturation + values[k]!)) * idf;
    });
  });
  return weighted;
}

const weightings = { cosine: unitRows, bm25 };

/** For each row, the `count` other rows of highest positive dot product, in a rows x rows matrix. */
function nearestRows(matrix: Interactions, count: number): Interactions {
  const size = matrix.users;
  const byColumn = transpose(matrix);
  const sums = new Float32Array(size);
  const touched = new Uint32Array(size);
  const touchedBy = new Int32Array(size).fill(-1);
  const rows = Array.from({ length: size }, (_, row) => {
    let found = 0;
    const { items: columns, values } = entriesOf(matrix, row);
    columns.forEach((column, k) => {
      const { items: others, values: otherValues } = entriesOf(byColumn, column);
      for (let i = 0; i < others.length; i++) {
        const other = others[i]!;
        if (touchedBy[other] !== row) touched[found++] = other;
        touchedBy[other] = row;
        sums[other]! += values[k]! * otherValues[i]!;
      }
    });
    sums[row] = 0;
    const candidates = touched.subarray(0, found);
    const nearest = highest(sums, candidates, count);
    const similarities = Float32Array.from(nearest, (other) => sums[other]!);
    for (const other of candidates) sums[other] = 0;
    return { nearest: Uint32Array.from(nearest), similarities };
  });
  const indptr = new Uint32Array(size + 1);
  rows.forEach(({ nearest }, row) => (indptr[row + 1] = indptr[row]! + nearest.length));
  const indices = new Uint32Array(indptr[size]!);
  const values = new Float32Array(indptr[size]!);
  rows.forEach(({ nearest, similarities }, row) => {
    indices.set(nearest, indptr[row]);
    values.set(similarities, indptr[row]);
  });
  return { users: size, items: size, indptr, indices, values };
}

/**
 * The `count` candidates of highest positive score, ascending by row; equal scores prefer the lower row.
 * Candidates gather in a list that is cut back whenever it is twice as long as need be.
 */
function highest(scores: Float32Array, candidates: Iterable<number>, count: number): number[] {
  const order = (a: number, b: number): number => scores[b]! - scores[a]! || a - b;
  let best: number[] = [];
  let last: number | undefined;
  for (const row of candidates) {
    if (scores[row]! <= 0 || (last !== undefined && order(row, last) > 0)) continue;
    best.push(row);
    if (best.length < 2 * count) continue;
    best = best.sort(order).slice(0, count);
    last = best.at(-1);
  }
  return best
    .sort(order)
    .slice(0, count)
    .sort((a, b) => a - b);
}
