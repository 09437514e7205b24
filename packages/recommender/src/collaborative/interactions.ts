import { RecommenderError } from '../errors.ts';

/** Who listened to what: one entry per (user, item) pair, in any order. Repeated pairs are added up. */
export interface InteractionsInput {
  /** Number of users; they are the rows 0 ... users - 1. */
  users: number;
  /** Number of items, the columns. Items that nobody played are allowed. */
  items: number;
  userRows: ArrayLike<number>;
  itemRows: ArrayLike<number>;
  /** Positive finite numbers, such as play counts. */
  counts: ArrayLike<number>;
}

/**
 * A sparse users x items matrix in compressed sparse rows (CSR): the items of user u are
 * `indices[indptr[u] ... indptr[u + 1] - 1]`, ascending and unique, with `values` beside them.
 * Memory: 8 bytes per entry and 4 per user.
 */
export interface Interactions {
  readonly users: number;
  readonly items: number;
  readonly indptr: Uint32Array;
  readonly indices: Uint32Array;
  readonly values: Float32Array;
}

/** @throws RecommenderError BAD_INTERACTIONS naming the entry that is wrong. */
export function createInteractions(input: InteractionsInput): Interactions {
  const { users, items, userRows, itemRows, counts } = input;
  for (const [name, value] of Object.entries({ users, items })) {
    if (!isRow(value, 2 ** 32)) throw bad(`an integer of at least 0 for ${name}`, value);
  }
  const size = userRows.length;
  if (itemRows.length !== size) throw bad(`${size} item rows`, itemRows.length);
  if (counts.length !== size) throw bad(`${size} counts`, counts.length);
  for (let k = 0; k < size; k++) {
    const where = `of entry ${k}`;
    if (!isRow(userRows[k]!, users)) {
      throw bad(`a user row below ${users} ${where}`, userRows[k]!);
    }
    if (!isRow(itemRows[k]!, items)) {
      throw bad(`an item row below ${items} ${where}`, itemRows[k]!);
    }
    if (!(counts[k]! > 0 && Number.isFinite(Math.fround(counts[k]!)))) {
      throw bad(`a positive, finite count ${where}`, counts[k]!);
    }
  }
  const byItem = compress(items, users, itemRows, userRows, counts);
  return mergeRepeated(transpose(byItem));
}

const isRow = (value: number, bound: number): boolean =>
  Number.isInteger(value) && value >= 0 && value < bound;

const bad = (expected: string, received: number): RecommenderError =>
  new RecommenderError('BAD_INTERACTIONS', `Expected ${expected} but received ${received}.`);

/** Counting sort by row; within a row, entries keep their order. */
function compress(
  users: number,
  items: number,
  userRows: ArrayLike<number>,
  itemRows: ArrayLike<number>,
  counts: ArrayLike<number>,
): Interactions {
  const indptr = new Uint32Array(users + 1);
  for (let k = 0; k < userRows.length; k++) indptr[userRows[k]! + 1]!++;
  for (let user = 0; user < users; user++) indptr[user + 1]! += indptr[user]!;
  const next = indptr.slice();
  const indices = new Uint32Array(userRows.length);
  const values = new Float32Array(userRows.length);
  for (let k = 0; k < userRows.length; k++) {
    const position = next[userRows[k]!]!++;
    indices[position] = itemRows[k]!;
    values[position] = counts[k]!;
  }
  return { users, items, indptr, indices, values };
}

/** The items x users matrix: `users` and `items` change places. */
export function transpose(interactions: Interactions): Interactions {
  const { users, items, indices, values } = interactions;
  return compress(items, users, indices, entryRows(interactions), values);
}

/** The row (user) of each entry. */
export function entryRows({ users, indptr, indices }: Interactions): Uint32Array {
  const rows = new Uint32Array(indices.length);
  for (let user = 0; user < users; user++) rows.fill(user, indptr[user]!, indptr[user + 1]!);
  return rows;
}

function mergeRepeated(sorted: Interactions): Interactions {
  const indptr = new Uint32Array(sorted.users + 1);
  const indices = sorted.indices.slice();
  const values = sorted.values.slice();
  let size = 0;
  for (let user = 0; user < sorted.users; user++) {
    for (let k = sorted.indptr[user]!; k < sorted.indptr[user + 1]!; k++) {
      if (size > indptr[user]! && indices[size - 1] === sorted.indices[k]) {
        values[size - 1]! += sorted.values[k]!;
      } else {
        indices[size] = sorted.indices[k]!;
        values[size++] = sorted.values[k]!;
      }
    }
    indptr[user + 1] = size;
  }
  return { ...sorted, indptr, indices: indices.slice(0, size), values: values.slice(0, size) };
}

/** The same pairs with other values, for example `mapValues(plays, Math.log1p)`. */
export const mapValues = (
  interactions: Interactions,
  change: (value: number) => number,
): Interactions => ({ ...interactions, values: interactions.values.map((value) => change(value)) });

/** A user's items and their values, as views. */
export function entriesOf(
  { indptr, indices, values }: Interactions,
  user: number,
): { items: Uint32Array; values: Float32Array } {
  const [begin, end] = [indptr[user]!, indptr[user + 1]!];
  return { items: indices.subarray(begin, end), values: values.subarray(begin, end) };
}

/** How many users have each item. */
export function listenersOf({ items, indices }: Interactions): Uint32Array {
  const listeners = new Uint32Array(items);
  for (const item of indices) listeners[item]!++;
  return listeners;
}
