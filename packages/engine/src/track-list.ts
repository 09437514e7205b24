/** Searching, sorting and counting the library in memory: 100,000 tracks in milliseconds. */
import { normalise, type Track, type TrackStatus } from '@consonance/library';
import { atOnce, inParts, type Sliced } from '@consonance/recommender';
import type { Collection } from './collection.ts';
import {
  compare,
  inOrder,
  type Listed,
  type Listing,
  listingOf,
  renewListing,
  textInOrder,
  type TrackOrder,
} from './listing.ts';
import { linesWith } from './search-text.ts';

export type TrackSort = 'relevance' | TrackOrder;

export interface TrackListQuery {
  /** Words or their beginnings in title, artist, album or path, in any case, without accents. */
  search?: string | undefined;
  /** Only songs whose most probable genre is this. */
  genre?: string | undefined;
  artist?: string | undefined;
  /** All but the vanished by default. */
  status?: TrackStatus | undefined;
  /** `relevance`: the best match first, then by artist and title. */
  sort: TrackSort;
  descending: boolean;
  offset: number;
  limit: number;
}

export interface TrackPage {
  total: number;
  tracks: Track[];
}

/** A page of the tracks that match, and how many match in all. */
export function listTracks(
  collection: Collection,
  { descending, offset, limit, ...query }: TrackListQuery,
): TrackPage {
  const listing = listingOf(collection);
  const list = kept(listing, JSON.stringify(query), () => matching(listing, query));
  const total = list.length;
  const page = descending
    ? list.slice(Math.max(0, total - offset - limit), Math.max(0, total - offset)).reverse()
    : list.slice(offset, offset + limit);
  return { total, tracks: page.map(({ track }) => track) };
}

/** Someone who scrolls asks for the same list, page by page. */
const keptLists = 8;

function kept({ lists }: Listing, key: string, make: () => readonly Listed[]): readonly Listed[] {
  const list = lists.get(key) ?? make();
  lists.delete(key);
  lists.set(key, list);
  if (lists.size > keptLists) lists.delete(lists.keys().next().value!);
  return list;
}

type Wanted = Pick<TrackListQuery, 'genre' | 'artist' | 'status'>;

function matching(
  listing: Listing,
  { sort, search, ...wanted }: Wanted & Pick<TrackListQuery, 'sort' | 'search'>,
): readonly Listed[] {
  const words = normalise(search ?? '');
  const sorted = withWords(listing, sort === 'relevance' ? 'artist' : sort, words);
  const list = sorted.filter(matcher(wanted));
  return sort === 'relevance' && words !== '' ? byRelevance(list, words) : list;
}

/** The tracks that have all the words, in an order. */
function withWords(listing: Listing, order: TrackOrder, words: string): readonly Listed[] {
  const sorted = inOrder(listing, order);
  if (words === '') return sorted;
  const starts = words.split(' ').filter(Boolean).map(wordStart);
  return linesWith(textInOrder(listing, order), starts).map((line) => sorted[line]!);
}

const matcher =
  ({ genre, artist, status }: Wanted) =>
  (listed: Listed): boolean =>
    (status === undefined ? listed.status !== 'vanished' : listed.status === status) &&
    (artist === undefined || listed.track.artist === artist) &&
    (genre === undefined || listed.genre === genre);

/** Words are looked for from their beginning, except in scripts that set no spaces between them. */
const wordStart = (word: string): string =>
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]/u.test(word) ? word : ` ${word}`;

/** The exact title, then the words in a row in the title, in a row anywhere, and apart. */
function byRelevance(list: readonly Listed[], words: string): Listed[] {
  const ranks: Listed[][] = [[], [], [], []];
  for (const listed of list) ranks[rankOf(listed, words)]!.push(listed);
  return ranks.flat();
}

function rankOf({ keys, text }: Listed, words: string): number {
  if (keys.title === words) return 0;
  if (` ${keys.title} `.includes(` ${words} `)) return 1;
  return `${text} `.includes(` ${words} `) ? 2 : 3;
}

export interface Count<T = string> {
  value: T;
  count: number;
}

export interface Facets {
  genres: Count[];
  /** Those with the most songs, at most 1000. */
  artists: Count[];
  artistCount: number;
  /** The vanished too, whatever is searched. */
  statuses: Count<TrackStatus>[];
}

/** Of all that is listed. */
interface Counts {
  facets: Facets;
  status: CollectionStatus;
}

const counts = new WeakMap<Listing, Counts>();

function countsOf(listing: Listing): Counts {
  const known = counts.get(listing) ?? atOnce(count(listing));
  counts.set(listing, known);
  return known;
}

function* count({ all }: Listing): Sliced<Counts> {
  return { facets: yield* countFacets(all, all), status: yield* countStatus(all) };
}

/** How many of the tracks that match are of each genre, artist and status. */
export function facetsOf(collection: Collection, search?: string): Facets {
  const listing = listingOf(collection);
  const words = normalise(search ?? '');
  if (words === '') return countsOf(listing).facets;
  return atOnce(countFacets(listing.all, withWords(listing, 'artist', words)));
}

export const collectionStatus = (collection: Collection): CollectionStatus =>
  countsOf(listingOf(collection)).status;

/** One collection takes another's place: what was made for lists of the other is ready for its own. */
export function* renewLists(
  old: Collection,
  collection: Collection,
  changedIds: ReadonlySet<string>,
): Sliced<void> {
  const listings = yield* renewListing(old, collection, changedIds);
  if (listings && counts.has(listings.before)) {
    counts.set(listings.listing, yield* count(listings.listing));
  }
}

function* countFacets(all: readonly Listed[], found: readonly Listed[]): Sliced<Facets> {
  const genres = new Map<string, number>();
  const artists = new Map<string, number>();
  const statuses = new Map<TrackStatus, number>();
  yield* inParts(all.length, (from, to) => {
    for (let i = from; i < to; i++) if (all[i]!.status === 'vanished') add(statuses, 'vanished');
  });
  yield* inParts(found.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const { status, genre, track } = found[i]!;
      if (status === 'vanished') continue;
      add(statuses, status);
      if (track.artist !== undefined) add(artists, track.artist);
      if (genre !== undefined) add(genres, genre);
    }
  });
  return {
    genres: counted(genres).sort(byCount),
    artists: yield* firstOf(artists, mostArtists),
    artistCount: artists.size,
    statuses: counted(statuses).sort(byCount),
  };
}

const add = <T>(counter: Map<T, number>, value: T) =>
  counter.set(value, (counter.get(value) ?? 0) + 1);

const counted = <T>(counter: ReadonlyMap<T, number>): Count<T>[] =>
  [...counter].map(([value, count]) => ({ value, count }));

const byCount = (a: Count, b: Count): number => b.count - a.count || compare(a.value, b.value);

/** The API hands out no more, and to sort all of a large library takes as long as to count them. */
const mostArtists = 1000;

/** The first `limit` by count. */
function* firstOf(counter: ReadonlyMap<string, number>, limit: number): Sliced<Count[]> {
  const all = counted(counter);
  let first: Count[] = [];
  yield* inParts(all.length, (from, to) => {
    const last = first[limit - 1];
    const others = all.slice(from, to).filter((each) => !last || byCount(each, last) < 0);
    first = first.concat(others).sort(byCount).slice(0, limit);
  });
  return first;
}

export interface CollectionStatus extends Record<TrackStatus, number> {
  /** Present at the last scan. */
  files: number;
  /** Of these together. */
  durationSeconds: number;
}

function* countStatus(all: readonly Listed[]): Sliced<CollectionStatus> {
  const count = { analysed: 0, pending: 0, failed: 0, vanished: 0 };
  let durationSeconds = 0;
  yield* inParts(all.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const { track, status } = all[i]!;
      count[status]++;
      if (status !== 'vanished') durationSeconds += track.durationSeconds ?? 0;
    }
  });
  const files = count.analysed + count.pending + count.failed;
  return { ...count, files, durationSeconds };
}
