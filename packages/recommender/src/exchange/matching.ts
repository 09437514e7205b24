import { baseName, foldName, type Song, versionKey } from '../song.ts';
import type { ListenEvent } from '../taste.ts';
import type { ListenRecord } from './records.ts';

export interface Match {
  record: ListenRecord;
  songId: string;
  /** What the two have in common. */
  by: 'id' | 'path' | 'name' | 'base-name';
}

/** Every record is in exactly one of the three. */
export interface Matching {
  matched: Match[];
  /** Several songs fit equally well. */
  ambiguous: { record: ListenRecord; songIds: string[] }[];
  unmatched: ListenRecord[];
}

/**
 * Finds the songs of a library that records speak of: by id; by path, of which the shorter must be
 * the end of the longer; by artist and title but for case, diacritics and punctuation; and by these
 * without brackets and guests. The first of these that leaves one song decides, with the album
 * where several would do. A record that has only the ids of its recording goes by the name that
 * another record gives to it.
 */
export function matchRecords(songs: readonly Song[], records: readonly ListenRecord[]): Matching {
  const byId = Map.groupBy(songs, ({ id }) => id);
  const withPath = songs.filter(({ path }) => path);
  const byFileName = Map.groupBy(withPath, ({ path }) => fileName(path!));
  const byName = Map.groupBy(songs, nameKey);
  const byBaseName = Map.groupBy(songs, versionKey);
  const matching: Matching = { matched: [], ambiguous: [], unmatched: [] };
  for (const record of withNames(records)) {
    const { songId, path } = record;
    const name = nameKey(record);
    const candidates: [Match['by'], Song[] | undefined][] = [
      ['id', songId === undefined ? [] : byId.get(songId)],
      [
        'path',
        path ? byFileName.get(fileName(path))?.filter((song) => pathsAgree(song.path!, path)) : [],
      ],
      ['name', name === undefined ? [] : byName.get(name)],
      ['base-name', name === undefined ? [] : byBaseName.get(versionKey(record))],
    ];
    const narrowed = candidates.map(([by, found = []]) => ({
      by,
      found: sameAlbum(found, record),
    }));
    const unique = narrowed.find(({ found }) => found.length === 1);
    const several = narrowed.find(({ found }) => found.length > 1);
    if (unique) matching.matched.push({ record, songId: unique.found[0]!.id, by: unique.by });
    else if (several) {
      matching.ambiguous.push({ record, songIds: several.found.map(({ id }) => id) });
    } else matching.unmatched.push(record);
  }
  return matching;
}

/** The records, with names from each other where they are of one recording. */
function withNames(records: readonly ListenRecord[]): ListenRecord[] {
  const named = new Map<string, ListenRecord>();
  for (const record of records) {
    if (nameKey(record) === undefined) continue;
    for (const id of record.recordingIds ?? []) named.set(id, record);
  }
  return records.map((record) => {
    const id = record.recordingIds?.find((id) => named.has(id));
    if (id === undefined || nameKey(record) !== undefined) return record;
    const { title, artist, album } = named.get(id)!;
    return { ...record, title: title!, artist: artist!, ...(album && { album }) };
  });
}

/** Those of the album where that is known and some are, else all. */
function sameAlbum(songs: readonly Song[], { album }: ListenRecord): readonly Song[] {
  const same = album
    ? songs.filter((song) => song.album && baseName(song.album) === baseName(album))
    : [];
  return same.length > 0 ? same : songs;
}

const nameKey = ({ artist, title }: Pick<Song, 'artist' | 'title'>): string | undefined =>
  artist && title ? `${foldName(artist)}\n${foldName(title)}` : undefined;

/** The same name on every system: composed characters, forward slashes, no leading "./". */
const plainPath = (path: string): string =>
  path
    .normalize('NFC')
    .replaceAll('\\', '/')
    .replace(/^(\.{0,2}\/)+/, '');

const fileName = (path: string): string => plainPath(path).split('/').at(-1)!;

function pathsAgree(a: string, b: string): boolean {
  const [shorter, longer] = [`/${plainPath(a)}`, `/${plainPath(b)}`].sort(
    (x, y) => x.length - y.length,
  ) as [string, string];
  return longer.endsWith(shorter);
}

/** Matched records as a history. @param now Unix time in seconds, for records without a time. */
export const eventsFrom = (matches: readonly Match[], now: number): ListenEvent[] =>
  matches.map(({ record: { kind, at = now }, songId }) => ({ songId, kind, at }));
