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
 * A ListenBrainz export: the listens, feedback, or both one after the other, as JSON lines or as one
 * JSON array. Feedback becomes likes and dislikes. In the export it names its recording by ids only
 * (`recording_msid`, `recording_mbid`), which `matchRecords` looks up among the listens.
 *
 * The shapes are those that listenbrainz-server writes (listenbrainz/background/export.py).
 */
export const parseListenBrainz = (text: string): Parsed =>
  readItems(jsonItems(text), (value) => {
    const item = fields('a listen', parsed(value));
    return item['score'] === undefined ? readListen(item) : readFeedback(item);
  });

function readListen(listen: Fields): Omit<ListenRecord, 'line'> {
  const track = fields('track_metadata', listen['track_metadata']);
  return {
    kind: 'play',
    at: secondsFrom('listened_at', listen['listened_at']),
    ...trackNames(track),
    ...recordingIds(listen, track),
  };
}

function readFeedback(feedback: Fields): Omit<ListenRecord, 'line'> {
  const { score } = feedback;
  expectField(score === 1 || score === -1, '1 or -1', 'score', score);
  const track = optionalFields(feedback, 'track_metadata');
  const ids = recordingIds(feedback, track);
  expectField(
    track !== undefined || 'recordingIds' in ids,
    'track_metadata, a recording_msid or a recording_mbid',
    'feedback',
    feedback,
  );
  return {
    kind: score === 1 ? 'like' : 'dislike',
    at: secondsFrom('created', feedback['created']),
    ...(track && trackNames(track)),
    ...ids,
  };
}

const trackNames = (track: Fields) => ({
  title: requiredText(track, 'track_name'),
  artist: requiredText(track, 'artist_name'),
  ...optional('album', text(track, 'release_name')),
});

/** From everywhere that ListenBrainz keeps them. */
function recordingIds(item: Fields, track?: Fields): Pick<ListenRecord, 'recordingIds'> {
  const information = track && optionalFields(track, 'additional_info');
  const mapping = track && optionalFields(track, 'mbid_mapping');
  const ids = [item, track, information, mapping].flatMap((from) =>
    from ? [text(from, 'recording_msid'), text(from, 'recording_mbid')] : [],
  );
  const known = [...new Set(ids.filter((id) => id !== undefined))];
  return known.length > 0 ? { recordingIds: known } : {};
}

/**
 * Scrobbles as JSON lines or one JSON array: a time, in seconds, milliseconds or ISO 8601, and at
 * least one of `id`, `path`, and `title` with `artist`; `album` where known. The time is `time`, as in
 * the parameters of Subsonic's `scrobble`, or else `played`, as in OpenSubsonic's songs, or `playDate`,
 * as in Navidrome's list of songs; the latter two tell only the last play of a song. A line with
 * `submission: false` only says what was playing and counts as a problem.
 */
export const parseScrobbles = (text: string): Parsed => readItems(jsonItems(text), readScrobble);

const timeNames = ['time', 'played', 'playDate'] as const;

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
  const timeName = timeNames.find((name) => scrobble[name] !== undefined) ?? timeNames[0];
  return {
    kind: 'play',
    at: secondsFrom(timeName, scrobble[timeName]),
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

const optionalFields = (from: Fields, name: string): Fields | undefined =>
  from[name] === undefined || from[name] === null ? undefined : fields(name, from[name]);

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
