import { normalise, type TrackEntry, type TrackStatus } from '@consonance/library';
import { atOnce, inParts, type Sliced } from '@consonance/recommender';
import { type Collection, genreOf, statusOf } from './collection.ts';
import { makeSearchText, type SearchText } from './search-text.ts';

/** A track with all that lists are searched, filtered and sorted by. */
export interface Listed {
  track: TrackEntry;
  status: TrackStatus;
  /** The most probable genre; undefined before the analysis. */
  genre: string | undefined;
  /** Words in lower case without accents, a space before each. */
  text: string;
  keys: Record<TrackOrder, string | number>;
}

export type TrackOrder = 'title' | 'artist' | 'album' | 'duration' | 'added';

/** What lists of one collection have in common, made when first asked for. */
export interface Listing {
  all: readonly Listed[];
  orders: Map<TrackOrder, readonly Listed[]>;
  /** The words of an order's tracks, line by line. */
  texts: Map<TrackOrder, SearchText>;
  /** The lists asked for last, by what was asked. */
  lists: Map<string, readonly Listed[]>;
}

const listings = new WeakMap<Collection, Listing>();

export function listingOf(collection: Collection): Listing {
  const known = listings.get(collection);
  if (known) return known;
  const all = [...collection.trackOf.values()].map((track) => listed(collection, track));
  const listing = { all, orders: new Map(), texts: new Map(), lists: new Map() };
  listings.set(collection, listing);
  return listing;
}

/**
 * One collection takes another's place: its listing is made of that of the other, as far as that was asked for.
 *
 * @returns the two listings; undefined where nothing was asked for
 */
export function* renewListing(
  old: Collection,
  collection: Collection,
  changedIds: ReadonlySet<string>,
): Sliced<{ before: Listing; listing: Listing } | undefined> {
  const before = listings.get(old);
  if (!before) return undefined;
  const ids = [...changedIds];
  const added: Listed[] = [];
  yield* inParts(ids.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const track = collection.trackOf.get(ids[i]!);
      if (track) added.push(listed(collection, track));
    }
  });
  const listing: Listing = {
    all: yield* merge(before.all, changedIds, added, () => 0),
    orders: new Map(),
    texts: new Map(),
    lists: new Map(),
  };
  for (const [order, list] of before.orders) {
    const compareTracks = comparing(order);
    listing.orders.set(
      order,
      yield* merge(list, changedIds, added.toSorted(compareTracks), compareTracks),
    );
  }
  for (const order of before.texts.keys()) {
    listing.texts.set(order, yield* makeText(inOrder(listing, order)));
  }
  listings.set(collection, listing);
  return { before, listing };
}

/** A sorted list without what has changed, and others, sorted too, in their places. */
function* merge(
  list: readonly Listed[],
  changedIds: ReadonlySet<string>,
  others: readonly Listed[],
  compareTracks: (a: Listed, b: Listed) => number,
): Sliced<Listed[]> {
  const result: Listed[] = [];
  let next = 0;
  yield* inParts(list.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const each = list[i]!;
      if (changedIds.has(each.track.id)) continue;
      while (next < others.length && compareTracks(others[next]!, each) < 0) {
        result.push(others[next++]!);
      }
      result.push(each);
    }
  });
  return result.concat(others.slice(next));
}

/** The tracks in an order; equal ones by title and id. */
export function inOrder({ all, orders }: Listing, order: TrackOrder): readonly Listed[] {
  const known = orders.get(order);
  if (known) return known;
  const sorted = all.toSorted(comparing(order));
  orders.set(order, sorted);
  return sorted;
}

export function textInOrder(listing: Listing, order: TrackOrder): SearchText {
  const known = listing.texts.get(order);
  if (known) return known;
  const made = atOnce(makeText(inOrder(listing, order)));
  listing.texts.set(order, made);
  return made;
}

const makeText = (list: readonly Listed[]) => makeSearchText(list.length, (i) => list[i]!.text);

const comparing =
  (order: TrackOrder) =>
  (a: Listed, b: Listed): number =>
    compare(a.keys[order], b.keys[order]) ||
    compare(a.keys.title, b.keys.title) ||
    compare(a.track.id, b.track.id);

export const compare = (a: string | number, b: string | number): number =>
  a < b ? -1 : a > b ? 1 : 0;

function listed(collection: Collection, track: TrackEntry): Listed {
  return {
    track,
    status: statusOf(collection, track),
    genre: genreOf(collection, track),
    text: ` ${track.searchText}`,
    keys: {
      title: track.searchTitle,
      artist: fold(track.artist),
      album: fold(track.album),
      duration: track.durationSeconds ?? Infinity,
      added: track.addedAt.getTime(),
    },
  };
}

/** Behind every letter: what is unknown comes last. */
const last = '\uffff';

/** Of artists and albums, which many songs share. */
const folded = new Map<string, string>();

function fold(text: string | undefined): string {
  if (text === undefined) return last;
  if (!folded.has(text)) folded.set(text, normalise(text));
  return folded.get(text)!;
}
