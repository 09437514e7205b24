import { randomBytes } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { parse, resolve, sep } from 'node:path';
import type { TrackAudio, TrackTags } from '@consonance/audio';
import { sql } from 'kysely';
import { type Database, transact } from './database.ts';
import { checkOptions, expected } from './errors.ts';
import type { TrackRow } from './schema.ts';
import { normalise, storable } from './text.ts';

/**
 * `analysed`: some model's features are there. `failed`: listed among the failures. `pending`: to
 * be analysed. `vanished`: the file was not there at the last scan; it comes back with everything.
 */
export type TrackStatus = 'analysed' | 'pending' | 'failed' | 'vanished';

export interface Track {
  /** Twelve letters and digits, random, kept when the file moves. */
  id: string;
  path: string;
  status: TrackStatus;
  /** The tag, or the file's name without extension. */
  title: string;
  artist?: string;
  album?: string;
  albumArtist?: string;
  year?: number;
  /** The genres that the file's tags name; not what a model hears. */
  tagGenres: string[];
  durationSeconds?: number;
  /** Bytes. */
  size: number;
  addedAt: Date;
  /** There is a picture in the tags or beside the file. */
  hasCover: boolean;
}

/** A track with what searches compare: words in lower case without accents. */
export interface TrackEntry extends Track {
  searchTitle: string;
  searchText: string;
}

export interface TrackQuery {
  /** Words or their beginnings in title, artist, album or path, in any case, without accents. */
  search?: string;
  status?: TrackStatus;
  /** At most this many, 100 by default. */
  limit?: number;
  offset?: number;
}

const idLetters = '0123456789abcdefghjkmnpqrstvwxyz';

/** 60 random bits: two of 100 million tracks share an id with a probability below 1 %. */
export function newTrackId(): string {
  return Array.from(randomBytes(12), (byte) => idLetters[byte % 32]).join('');
}

export type TagColumns = Pick<
  TrackRow,
  'duration' | 'title' | 'artist' | 'album' | 'album_artist' | 'year' | 'tag_genres' | 'has_cover'
>;

export function tagsOf(row: TagColumns): TagColumns {
  const { duration, title, artist, album, album_artist, year, tag_genres, has_cover } = row;
  return { duration, title, artist, album, album_artist, year, tag_genres, has_cover };
}

export const noTags: TagColumns = {
  duration: null,
  title: null,
  artist: null,
  album: null,
  album_artist: null,
  year: null,
  tag_genres: [],
  has_cover: null,
};

export function tagColumns({
  tags,
  durationSeconds,
}: Pick<TrackAudio, 'tags' | 'durationSeconds'>): TagColumns {
  const text = (value: string | undefined) => storable(value?.trim() ?? '') || null;
  return {
    duration: Number.isFinite(durationSeconds) ? durationSeconds : null,
    title: text(tags.title),
    artist: text(tags.artist),
    album: text(tags.album),
    album_artist: text(tags.albumArtist),
    year: plausibleYear(tags),
    tag_genres: tags.genres.slice(0, 100).flatMap((genre) => text(genre) ?? []),
    has_cover: tags.hasCover ?? false,
  };
}

function plausibleYear({ year }: TrackTags): number | null {
  return year !== undefined && Number.isInteger(year) && year > 0 && year < 10_000 ? year : null;
}

/** What searches look through, from a track's path and tags. */
export function searchColumns(path: string, tags: TagColumns) {
  const texts = [tags.title, tags.artist, tags.album, tags.album_artist, path];
  return {
    search_title: normalise(tags.title ?? parse(path).name),
    search_text: texts.flatMap((text) => (text ? normalise(text) : [])).join(' '),
  };
}

const hasFeatures = sql<boolean>`exists (select from features where track_id = tracks.id)`;
const hasFailed = sql<boolean>`exists (select from failures where track_id = tracks.id)`;
const status = sql<TrackStatus>`case
  when vanished_at is not null then 'vanished'
  when ${hasFeatures} then 'analysed'
  when ${hasFailed} then 'failed'
  else 'pending' end`;

/** A page of the tracks that match, best match first and then by path, and how many match in all. */
export async function listTracks(
  db: Database,
  query: TrackQuery = {},
): Promise<{ total: number; tracks: Track[] }> {
  checkOptions(query, ['search', 'status', 'limit', 'offset']);
  const { limit = 100, offset = 0 } = query;
  for (const [name, value] of Object.entries({ limit, offset })) {
    if (!Number.isInteger(value) || value < 0) throw expected('an integer >= 0', name, value);
  }
  const words = query.search === undefined ? '' : normalise(storable(query.search));
  let matching = db.selectFrom('tracks');
  for (const word of words.split(' ').filter(Boolean)) {
    matching = matching.where(sql<boolean>`position(${wordStart(word)} in ' ' || search_text) > 0`);
  }
  if (query.status !== undefined) matching = matching.where(status, '=', query.status);

  const { total } = await matching
    .select(({ fn }) => fn.countAll().as('total'))
    .executeTakeFirstOrThrow();
  const rows = await matching
    .selectAll('tracks')
    .select(status.as('status'))
    .$if(words !== '', (matches) => matches.orderBy(searchRank(words)))
    .orderBy('path')
    .limit(limit)
    .offset(offset)
    .execute();
  return { total: Number(total), tracks: rows.map(toTrack) };
}

/** Words are looked for from their beginning, except in scripts that set no spaces between them. */
function wordStart(word: string): string {
  return /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]/u.test(word) ? word : ` ${word}`;
}

/** The exact title, then the words in a row in the title, in a row anywhere, and apart. */
function searchRank(words: string) {
  return sql<number>`case
    when search_title = ${words} then 0
    when position(${` ${words} `} in ' ' || search_title || ' ') > 0 then 1
    when position(${` ${words} `} in ' ' || search_text || ' ') > 0 then 2
    else 3 end`;
}

/** The tracks with these ids, in this order; unknown ids are left out. */
export async function getTracks(db: Database, ids: readonly string[]): Promise<Track[]> {
  const rows = await db
    .selectFrom('tracks')
    .selectAll()
    .select(status.as('status'))
    .where(sql<boolean>`id = any(${ids})`)
    .execute();
  const byId = new Map(rows.map((row) => [row.id, toTrack(row)]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

const entriesPerQuery = 5000;

/**
 * Every track, the vanished ones too, or those with these ids; in pages, because a query blocks the
 * process that PGlite lives in.
 */
export async function readTrackEntries(
  db: Database,
  ids?: readonly string[],
): Promise<TrackEntry[]> {
  const entries: TrackEntry[] = [];
  for (let last = ''; ; last = entries.at(-1)!.id) {
    const page = db
      .selectFrom('tracks')
      .selectAll()
      .where('id', '>', last)
      .$if(ids !== undefined, (tracks) => tracks.where(sql<boolean>`id = any(${[...ids!]})`))
      .orderBy('id')
      .limit(entriesPerQuery);
    const rows = await db
      .selectFrom(page.as('tracks'))
      .selectAll()
      // Outside of the page: for that many the features are looked up, not read through.
      .select(status.as('status'))
      .orderBy('id')
      .execute();
    for (const row of rows) {
      const { search_title: searchTitle, search_text: searchText } = row;
      entries.push({ ...toTrack(row), searchTitle, searchText });
    }
    if (rows.length < entriesPerQuery) return entries;
  }
}

/** The track with this id or, failing that, this path (relative ones from the working directory). */
export async function findTrack(db: Database, idOrPath: string): Promise<Track | undefined> {
  const [byId] = await getTracks(db, [storable(idOrPath)]);
  if (byId) return byId;
  const row = await db
    .selectFrom('tracks')
    .selectAll()
    .select(status.as('status'))
    .where('path', '=', await realOrGiven(idOrPath))
    .executeTakeFirst();
  return row && toTrack(row);
}

/**
 * Deletes tracks, with their features and failures, by id, path, or folder; scans no longer look
 * through such a folder. Files stay; a scan of them finds them again.
 *
 * @returns the ids of what was deleted, and the targets that named none
 */
export async function forgetTracks(
  db: Database,
  targets: readonly string[],
): Promise<{ ids: string[]; unknown: string[] }> {
  const ids: string[] = [];
  const unknown: string[] = [];
  for (const target of targets) {
    const path = await realOrGiven(target);
    const deleted = await transact(db, async (transaction) => {
      await transaction.deleteFrom('folders').where(isUnder(path)).execute();
      return transaction
        .deleteFrom('tracks')
        .where(({ or, eb }) => or([eb('id', '=', target), isUnder(path)]))
        .returning('id')
        .execute();
    });
    if (deleted.length === 0) unknown.push(target);
    for (const { id } of deleted) ids.push(id);
  }
  return { ids, unknown };
}

/**
 * Takes what lies in `folder` and in none of `others` out of sight, as if the files had vanished: a
 * later scan of the folder brings them back with their features and histories.
 *
 * @returns the ids
 */
export async function hideTracks(
  db: Database,
  folder: string,
  others: readonly string[],
): Promise<string[]> {
  const rows = await transact(db, (transaction) =>
    transaction
      .updateTable('tracks')
      .set({ vanished_at: new Date() })
      .where('vanished_at', 'is', null)
      .where(isUnder(folder))
      .where(({ not, or }) => not(or(others.map(isUnder))))
      .returning('id')
      .execute(),
  );
  return rows.map(({ id }) => id);
}

/** SQL: the track's path is this one or lies in this folder. */
export function isUnder(path: string) {
  const folder = path.endsWith(sep) ? path : path + sep;
  return sql<boolean>`(path = ${path} or left(path, length(${folder})) = ${folder})`;
}

export async function realOrGiven(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(storable(path, Infinity)));
}

function toTrack(row: TrackRow & { status: TrackStatus }): Track {
  return {
    id: row.id,
    path: row.path,
    status: row.status,
    title: row.title ?? parse(row.path).name,
    ...(row.artist !== null && { artist: row.artist }),
    ...(row.album !== null && { album: row.album }),
    ...(row.album_artist !== null && { albumArtist: row.album_artist }),
    ...(row.year !== null && { year: row.year }),
    tagGenres: row.tag_genres,
    ...(row.duration !== null && { durationSeconds: row.duration }),
    size: row.size,
    addedAt: row.added_at,
    hasCover: row.has_cover === true,
  };
}
