import { RecommenderError } from '../errors.ts';
import { linesOf, type Parsed, readItems } from './records.ts';

/** A song in a playlist. */
export interface PlaylistEntry {
  /** Relative to the playlist's folder, with forward slashes, so that both can move together. */
  path: string;
  title: string;
  artist?: string | undefined;
  album?: string | undefined;
  durationSeconds?: number | undefined;
}

/**
 * Extended M3U as UTF-8 (M3U8).
 *
 * @throws RecommenderError BAD_OPTION naming a path that breaks its line, which M3U cannot hold.
 */
export function formatM3u8(entries: readonly PlaylistEntry[]): string {
  const lines = entries.flatMap(({ path, title, artist, durationSeconds = -1 }) => [
    `#EXTINF:${Math.round(durationSeconds)},${oneLine(artist ? `${artist} - ${title}` : title)}`,
    m3u8Path(path),
  ]);
  return ['#EXTM3U', ...lines, ''].join('\n');
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** A name that starts with # would read as a comment, one that starts with a space would lose it. */
function m3u8Path(path: string): string {
  if (/[\r\n]/.test(path)) {
    throw new RecommenderError(
      'BAD_OPTION',
      `Expected a path without line breaks for a playlist but received ${JSON.stringify(path)}.`,
    );
  }
  return /^[#\s]/.test(path) ? `./${path}` : path;
}

/** JSPF, the JSON form of XSPF (xspf.org/jspf); locations are relative URIs, durations milliseconds. */
export const formatJspf = (title: string, entries: readonly PlaylistEntry[]): string =>
  json({
    playlist: {
      title,
      track: entries.map(({ path, title, artist, album, durationSeconds }) => ({
        location: [path.split('/').map(encodeUriPart).join('/')],
        title,
        creator: artist,
        album,
        duration: durationSeconds === undefined ? undefined : Math.round(durationSeconds * 1000),
      })),
    },
  });

/** File names may hold half of a surrogate pair, which no URI can. */
const encodeUriPart = (part: string): string => encodeURIComponent(part.toWellFormed());

/** Plain JSON: the title and the entries as they are. */
export const formatPlaylistJson = (title: string, entries: readonly PlaylistEntry[]): string =>
  json({ title, songs: entries });

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** A playlist in M3U or M3U8 as plays without a time: what a listener put there is liked. */
export function parseM3u8(text: string): Parsed {
  let information = '';
  const entries = linesOf(text).flatMap(({ line, value }) => {
    if (!value.trimStart().startsWith('#')) {
      const entry = { line, value: { path: pathOf(value), information } };
      information = '';
      return [entry];
    }
    information = /^\s*#EXTINF:[^,]*,(.*)$/.exec(value)?.[1]?.trim() ?? information;
    return [];
  });
  return readItems(entries, ({ path, information }) => {
    const [, artist, title = information] = /^(.+?) - (.+)$/.exec(information) ?? [];
    return { kind: 'play', path, ...(title && { title }), ...(artist && { artist }) };
  });
}

/** A line as a path with forward slashes; file URLs are decoded. */
function pathOf(line: string): string {
  const path = line.trimEnd();
  const url = /^file:\/\/[^/]*(\/.*)$/i.exec(path.trim());
  if (!url) return path.replaceAll('\\', '/');
  try {
    return decodeURIComponent(url[1]!);
  } catch {
    return url[1]!;
  }
}
