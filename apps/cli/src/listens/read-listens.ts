import { existsSync, statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Info, type Options, parse } from 'csv-parse/sync';
import { createListens, type ItemTag, type Listen, type Listens, ListensError } from './listens.ts';

/** For a CSV file whose items are known beforehand. */
export interface ReadListensOptions {
  /** The items that there are; listens of others are left out and counted in the warnings. */
  items?: readonly string[];
  /** The item that a word in the file means. Default: the word itself. */
  itemOf?: (word: string) => string;
}

/**
 * Reads a listening history of many users. What the path holds decides on the format:
 * - a folder with `user_artists.dat`: HetRec 2011 Last.fm, with its tags;
 * - a folder with `user_artist_data*.txt`: Audioscrobbler;
 * - a CSV file with the columns user, item, plays and, if there is one, timestamp (seconds since 1970
 *   or an ISO 8601 date).
 *
 * Rows that cannot be understood are left out and reported in the warnings with their line.
 *
 * @throws ListensError naming the path when it is none of these or holds no listens.
 */
export async function readListens(
  location: string,
  options: ReadListensOptions = {},
): Promise<Listens> {
  if (!existsSync(location)) {
    throw new ListensError(
      `Expected a file or folder of listens but "${location}" does not exist.`,
    );
  }
  const listens = statSync(location).isDirectory()
    ? await readFolder(location)
    : await readCsv(location, options);
  if (listens.interactions.indices.length === 0) {
    throw new ListensError(
      [`Expected listens but found none in "${location}".`, ...listens.warnings].join('\n'),
    );
  }
  return listens;
}

async function readFolder(folder: string): Promise<Listens> {
  const names = (await readdir(folder)).sort();
  if (names.includes('user_artists.dat')) return readHetRec(folder);
  const audioscrobbler = names.find((name) => /^user_artist_data.*\.txt$/.test(name));
  if (audioscrobbler) return readAudioscrobbler(path.join(folder, audioscrobbler));
  throw new ListensError(
    `Expected user_artists.dat or user_artist_data*.txt in the folder "${folder}".`,
  );
}

/** HetRec 2011 Last.fm (Cantador, Brusilovsky and Kuflik 2011): tab-separated, tag names in Latin-1. */
async function readHetRec(folder: string): Promise<Listens> {
  const table = (name: string, encoding: BufferEncoding = 'utf8') =>
    readTable(path.join(folder, name), { delimiter: '\t', quote: null, columns: true }, encoding);
  const plays = await table('user_artists.dat');
  const { listens, warnings } = toListens(plays, ['userID', 'artistID', 'weight']);
  return createListens('HetRec 2011 Last.fm', listens, {
    warnings,
    tags: existsSync(path.join(folder, 'user_taggedartists.dat')) ? await readTags(table) : [],
  });
}

async function readTags(
  table: (name: string, encoding?: BufferEncoding) => Promise<Table>,
): Promise<ItemTag[]> {
  const names = await table('tags.dat', 'latin1');
  const nameOf = new Map(names.rows.map(({ record }) => [record.tagID, record.tagValue]));
  const assignments = await table('user_taggedartists.dat');
  return assignments.rows.flatMap(({ record: { artistID, tagID } }) => {
    const tag = nameOf.get(tagID);
    return artistID && tag ? [{ item: artistID, tag }] : [];
  });
}

/** Audioscrobbler (2005): user, artist and play count, separated by spaces. */
async function readAudioscrobbler(file: string): Promise<Listens> {
  const columns = ['user', 'item', 'plays'];
  const table = await readTable(file, { delimiter: ' ', quote: null, columns });
  const { listens, warnings } = toListens(table, ['user', 'item', 'plays']);
  return createListens('Audioscrobbler', listens, { warnings });
}

async function readCsv(file: string, options: ReadListensOptions): Promise<Listens> {
  const table = await readTable(file, { columns: true });
  const { listens, warnings } = toListens(table, ['user', 'item', 'plays', 'timestamp']);
  const { items, itemOf = (word) => word } = options;
  const meant = listens.map((listen) => ({ ...listen, item: itemOf(listen.item) }));
  return createListens(path.basename(file), meant, { items, warnings });
}

interface Table {
  file: string;
  rows: { record: Record<string, string | undefined>; line: number }[];
}

async function readTable(
  file: string,
  options: Options,
  encoding: BufferEncoding = 'utf8',
): Promise<Table> {
  try {
    const rows = parse(await readFile(file, encoding), {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      info: true,
      ...options,
    }) as unknown as { record: Record<string, string>; info: Info }[];
    return { file, rows: rows.map(({ record, info }) => ({ record, line: info.lines })) };
  } catch (error) {
    throw new ListensError(`"${file}" cannot be read: ${(error as Error).message}`);
  }
}

/** Warnings beyond this many are summed up. */
const warningLimit = 5;

function toListens(
  { file, rows }: Table,
  [user, item, plays, timestamp]: readonly string[],
): { listens: Listen[]; warnings: string[] } {
  for (const column of [user, item, plays]) {
    if (rows[0] && !(column! in rows[0].record)) {
      throw new ListensError(
        `Expected a column "${column}" in "${file}" but found ${Object.keys(rows[0].record).join(', ')}.`,
      );
    }
  }
  const warnings: string[] = [];
  const listens = rows.flatMap(({ record, line }): Listen[] => {
    const listen = {
      user: record[user!] ?? '',
      item: record[item!] ?? '',
      plays: Number(record[plays!] || NaN),
      time: timestamp === undefined ? undefined : toTime(record[timestamp]),
    };
    const fault = faultOf(listen);
    if (fault) warnings.push(`${file}, line ${line}: ${fault}`);
    return fault ? [] : [listen];
  });
  const more = warnings.length - warningLimit;
  return {
    listens,
    warnings:
      more > 0
        ? [...warnings.slice(0, warningLimit), `${file}: ${more} more such lines`]
        : warnings,
  };
}

function faultOf({ user, item, plays, time }: Listen): string | undefined {
  if (!user) return 'expected a user';
  if (!item) return 'expected an item';
  if (!(plays > 0 && Number.isFinite(plays))) return 'expected a positive number of plays';
  if (Number.isNaN(time)) return 'expected a timestamp in seconds or as an ISO 8601 date';
  return undefined;
}

const toTime = (text: string | undefined): number | undefined =>
  text === undefined || text === ''
    ? undefined
    : /^\d+(\.\d+)?$/.test(text)
      ? Number(text) * 1000
      : Date.parse(text);
