import { createInteractions, type Interactions } from '@consonance/recommender';

/** A listening history that cannot be read; the message names the file and what was expected. */
export class ListensError extends Error {
  readonly code = 'BAD_LISTENS';

  constructor(message: string) {
    super(message);
    this.name = 'ListensError';
  }
}

/** One row of a listening history, in the words of its source. */
export interface Listen {
  user: string;
  item: string;
  plays: number;
  /** When, in milliseconds since 1970. */
  time?: number | undefined;
}

/** A listening history of many users, ready for the recommenders. */
export interface Listens {
  /** Name of the data set. */
  name: string;
  /** Play counts. */
  interactions: Interactions;
  /** The source's ids, by row. */
  itemIds: readonly string[];
  /** When a user first played an item; only where every listen has a time. */
  timeOf?: (user: number, item: number) => number;
  /** The tags that users gave to items, where the source has any. */
  tags?: readonly ItemTag[];
  /** Rows that were left out and why, for people to read. */
  warnings: readonly string[];
}

/** One user gave an item a tag. */
export interface ItemTag {
  item: string;
  tag: string;
}

/**
 * Numbers users and items in the order in which they come and adds repeated listens up.
 *
 * @param items the items that there are, for example a library's; others are left out and counted in
 * the warnings. Default: those of the listens.
 */
export function createListens(
  name: string,
  listens: readonly Listen[],
  {
    items,
    warnings = [],
    ...rest
  }: Pick<Listens, 'tags'> & {
    items?: readonly string[] | undefined;
    warnings?: readonly string[];
  } = {},
): Listens {
  const users = new Map<string, number>();
  const rows = new Map((items ?? []).map((id, row) => [id, row]));
  const known = items ? listens.filter(({ item }) => rows.has(item)) : listens;
  const rowIn = (map: Map<string, number>, key: string): number => {
    const row = map.get(key) ?? map.size;
    map.set(key, row);
    return row;
  };
  const userRows = known.map(({ user }) => rowIn(users, user));
  const itemRows = known.map(({ item }) => rowIn(rows, item));
  const interactions = createInteractions({
    users: users.size,
    items: rows.size,
    userRows,
    itemRows,
    counts: known.map(({ plays }) => plays),
  });
  const left = listens.length - known.length;
  const timeOf = firstTimes(known, userRows, itemRows, rows.size);
  return {
    name,
    interactions,
    itemIds: [...rows.keys()],
    ...(timeOf && { timeOf }),
    ...rest,
    warnings: left > 0 ? [...warnings, `${left} listens are of unknown items`] : warnings,
  };
}

function firstTimes(
  listens: readonly Listen[],
  userRows: readonly number[],
  itemRows: readonly number[],
  items: number,
): Listens['timeOf'] {
  if (listens.length === 0 || listens.some(({ time }) => time === undefined)) return undefined;
  const first = new Map<number, number>();
  listens.forEach(({ time }, k) => {
    const pair = userRows[k]! * items + itemRows[k]!;
    first.set(pair, Math.min(first.get(pair) ?? Infinity, time!));
  });
  return (user, item) => first.get(user * items + item) ?? Infinity;
}
