import { normalise, type TrackEntry, type TrackStatus } from '@consonance/library';
import { type Collection, genreOf, statusOf } from './collection.ts';
import { type SearchText, searchTextOf } from './search-text.ts';

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
  /** The orders of the listing before. */
  oldOrders: ReadonlyMap<TrackOrder, readonly Listed[]>;
  /** A list of the listing before with what changed at its end. */
  renewed: (list: readonly Listed[]) => Listed[];
  /** The words of an order's tracks, line by line. */
  texts: Map<TrackOrder, SearchText>;
  /** The lists asked for last, by what was asked. */
  lists: Map<string, readonly Listed[]>;
}

const listings = new WeakMap<Collection, Listing>();

/** The listing of an earlier collection, and the tracks that are no longer in it as they were. */
interface Origin {
  listing: Listing;
  changedIds: ReadonlySet<string>;
}

const origins = new WeakMap<Collection, Origin>();

export function listingOf(collection: Collection): Listing {
  const known = listings.get(collection);
  if (known) return known;
  const origin = origins.get(collection);
  const listing = origin ? changed(collection, origin) : made(collection);
  listings.set(collection, listing);
  origins.delete(collection);
  return listing;
}

/** One collection takes another's place: sorting what changed is quicker than sorting all. */
export function replaceListing(
  old: Collection,
  collection: Collection,
  changedIds: readonly string[],
): void {
  const listing = listings.get(old);
  const origin = origins.get(old);
  if (listing) origins.set(collection, { listing, changedIds: new Set(changedIds) });
  else if (origin) {
    const allChangedIds = new Set([...origin.changedIds, ...changedIds]);
    origins.set(collection, { ...origin, changedIds: allChangedIds });
  }
}

const made = (collection: Collection): Listing => ({
  all: [...collection.trackOf.values()].map((track) => listed(collection, track)),
  orders: new Map(),
  oldOrders: new Map(),
  renewed: (list) => [...list],
  texts: new Map(),
  lists: new Map(),
});

function changed(collection: Collection, { listing, changedIds }: Origin): Listing {
  const isSame = ({ track }: Listed) => !changedIds.has(track.id);
  const added = [...changedIds].flatMap((id) => {
    const track = collection.trackOf.get(id);
    return track ? [listed(collection, track)] : [];
  });
  const renewed = (list: readonly Listed[]) => list.filter(isSame).concat(added);
  return {
    all: renewed(listing.all),
    orders: new Map(),
    oldOrders: listing.orders,
    renewed,
    texts: new Map(),
    lists: new Map(),
  };
}

/** The tracks in an order; equal ones by title and id. */
export function inOrder(
  { all, orders, oldOrders, renewed }: Listing,
  order: TrackOrder,
): readonly Listed[] {
  const known = orders.get(order);
  if (known) return known;
  const old = oldOrders.get(order);
  // Most of it is sorted already.
  const sorted = (old ? renewed(old) : [...all]).sort(comparing(order));
  orders.set(order, sorted);
  return sorted;
}

export function textInOrder(listing: Listing, order: TrackOrder): SearchText {
  const known = listing.texts.get(order);
  if (known) return known;
  const made = searchTextOf(inOrder(listing, order).map(({ text }) => text));
  listing.texts.set(order, made);
  return made;
}

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
