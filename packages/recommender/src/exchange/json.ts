import { RecommenderError } from '../errors.ts';
import {
  expectField,
  type Item,
  linesOf,
  type ListenRecord,
  type Parsed,
  readItems,
  secondsFrom,
} from './records.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * A ListenBrainz export: listens or feedback, as JSON lines or as one JSON array. Feedback becomes
 * likes and dislikes.
 */
export const parseListenBrainz = (text: string): Parsed => readItems(jsonItems(text), readListen);

function readListen(value: unknown): Omit<ListenRecord, 'line'> {
  const listen = fields('a listen', parsed(value));
  const track = fields('track_metadata', listen['track_metadata']);
  const { score } = listen;
  expectField(score === undefined || score === 1 || score === -1, '1 or -1', 'score', score);
  return {
    kind: score === undefined ? 'play' : score === 1 ? 'like' : 'dislike',
    at:
      score === undefined
        ? secondsFrom('listened_at', listen['listened_at'])
        : secondsFrom('created', listen['created']),
    title: requiredText(track, 'track_name'),
    artist: requiredText(track, 'artist_name'),
    ...optional('album', text(track, 'release_name')),
  };
}

/**
 * Scrobbles of Navidrome or another Subsonic server as JSON lines: `time` (seconds, milliseconds or
 * ISO 8601) and at least one of `id`, `path`, and `title` with `artist`; `album` where known. A
 * line with `submission: false` only says what was playing and counts as a problem.
 */
export const parseScrobbles = (text: string): Parsed => readItems(jsonItems(text), readScrobble);

function readScrobble(value: unknown): Omit<ListenRecord, 'line'> {
  const scrobble = fields('a scrobble', parsed(value));
  const songId = text(scrobble, 'id');
  const path = text(scrobble, 'path');
  const title = text(scrobble, 'title');
  const artist = text(scrobble, 'artist');
  expectField(
    songId !== undefined || path !== undefined || (title !== undefined && artist !== undefined),
    'an id, a path, or a title with an artist',
    'a scrobble',
    value,
  );
  const { submission = true } = scrobble;
  expectField(submission === true, 'true', 'submission', submission);
  return {
    kind: 'play',
    at: secondsFrom('time', scrobble['time']),
    ...optional('songId', songId),
    ...optional('path', path),
    ...optional('title', title),
    ...optional('artist', artist),
    ...optional('album', text(scrobble, 'album')),
  };
}

/** The items of a JSON array, or the lines of JSON lines, still as text. */
function jsonItems(text: string): Item<unknown>[] {
  const lines = linesOf(text);
  if (lines[0]?.value.trimStart().startsWith('[')) {
    try {
      const items: unknown[] = JSON.parse(lines.map(({ value }) => value).join('\n'));
      return items.map((value, index) => ({ line: index + 1, value }));
    } catch {
      // A damaged array: its whole lines can still be read.
    }
  }
  return lines.filter(({ value }) => !/^\s*[[\]]\s*$/.test(value));
}

/** A line as JSON; brackets and commas of an array around it do not count. */
function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  for (const json of [value, value.replace(/^\s*\[/, '').replace(/,?\s*\]?\s*$/, '')]) {
    try {
      return JSON.parse(json);
    } catch {
      continue;
    }
  }
  throw new RecommenderError('BAD_RECORD', 'Expected JSON but the line cannot be parsed.');
}

function fields(name: string, value: unknown): Fields {
  expectField(
    typeof value === 'object' && value !== null && !Array.isArray(value),
    'an object',
    name,
    value,
  );
  return value as Fields;
}

function text(from: Fields, name: string): string | undefined {
  const value = from[name] ?? undefined;
  expectField(value === undefined || typeof value === 'string', 'text', name, value);
  return (value as string | undefined)?.trim() || undefined;
}

function requiredText(from: Fields, name: string): string {
  const value = text(from, name);
  expectField(value !== undefined, 'text', name, from[name]);
  return value!;
}

const optional = <K extends string>(name: K, value: string | undefined) =>
  (value === undefined ? {} : { [name]: value }) as Partial<Record<K, string>>;
