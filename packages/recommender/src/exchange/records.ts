import { RecommenderError } from '../errors.ts';
import type { ListenEvent } from '../taste.ts';

/** Something a listener did, as another program wrote it down. */
export interface ListenRecord {
  /** Line of the text, or position in a JSON array, from 1. */
  line: number;
  kind: ListenEvent['kind'];
  /** Unix time in seconds; playlists have none. */
  at?: number;
  songId?: string;
  /** Ids of the recording at MusicBrainz or ListenBrainz, by which records know each other. */
  recordingIds?: readonly string[];
  path?: string;
  title?: string;
  artist?: string;
  album?: string;
}

/** A line that could not be read. */
export interface Problem {
  line: number;
  /** Names the field and what was expected. */
  message: string;
}

/** What a text held: a malformed line is a problem, and the rest goes on. */
export interface Parsed {
  records: ListenRecord[];
  problems: Problem[];
}

export interface Item<T> {
  line: number;
  value: T;
}

/** Reads item by item. @param read throws RecommenderError BAD_RECORD for a malformed one. */
export function readItems<T>(
  items: readonly Item<T>[],
  read: (value: T) => Omit<ListenRecord, 'line'>,
): Parsed {
  const parsed: Parsed = { records: [], problems: [] };
  for (const { line, value } of items) {
    try {
      parsed.records.push({ line, ...read(value) });
    } catch (error) {
      if (!(error instanceof RecommenderError)) throw error;
      parsed.problems.push({ line, message: error.message });
    }
  }
  return parsed;
}

/** The lines of a text that are not blank, without a byte order mark. */
export const linesOf = (text: string): Item<string>[] =>
  text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .map((value, index) => ({ line: index + 1, value }))
    .filter(({ value }) => value.trim() !== '');

/** @throws RecommenderError BAD_RECORD */
export function expectField(holds: boolean, what: string, name: string, value: unknown): void {
  if (holds) return;
  const received = value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80);
  throw new RecommenderError(
    'BAD_RECORD',
    `Expected ${what} for ${name} but received ${received}.`,
  );
}

/** From this number on, a time must be meant in milliseconds: as seconds it is the year 5138. */
const leastMilliseconds = 1e11;

const year10000 = Date.UTC(10_000, 0) / 1000;

/**
 * Unix time in seconds from seconds, milliseconds, ISO 8601 or "31 Dec 2020, 23:59"; UTC where no
 * zone is given.
 *
 * @throws RecommenderError BAD_RECORD
 */
export function secondsFrom(name: string, value: unknown): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  const seconds =
    typeof number === 'number' && Number.isFinite(number)
      ? number >= leastMilliseconds
        ? number / 1000
        : number
      : typeof value === 'string'
        ? dateSeconds(value.trim())
        : NaN;
  expectField(seconds > 0 && seconds < year10000, 'a time from 1970 to 9999', name, value);
  return seconds;
}

function dateSeconds(text: string): number {
  const zoned = /(Z|UTC|GMT|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text} UTC`;
  const iso = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?(?:\.\d+)?) ?(?:UTC|Z)$/i.exec(zoned);
  return Date.parse(iso ? `${iso[1]}T${iso[2]}Z` : zoned.replace(',', '')) / 1000;
}
