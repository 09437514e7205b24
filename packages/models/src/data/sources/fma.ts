import { existsSync } from 'node:fs';
import path from 'node:path';
import { expected, ModelError } from '../../errors.ts';
import type { Clip } from '../dataset.ts';
import { spelledLabel } from '../labels.ts';
import type { Side } from '../split.ts';
import { csvRows } from './rows.ts';
import { emptySource, leaveOutSong, type Source } from './source.ts';

/** Each holds the ones before it. */
export const fmaSubsets = ['small', 'medium', 'large', 'full'] as const;
export type FmaSubset = (typeof fmaSubsets)[number];

/** Empty or cut off, as FMA's wiki lists them ("Excerpts shorter than 30s"). */
const badTracks = new Set([
  ...[1486, 5574, 65753, 80391, 98558, 98559, 98560, 98565, 98566, 98567, 98568, 98569, 98571],
  ...[99134, 105247, 108924, 108925, 126981, 127336, 133297, 143992],
]);

const sides: Record<string, Side> = { training: 'train', validation: 'validation', test: 'test' };

export const fmaTracksFile = (root: string): string =>
  path.join(root, 'fma_metadata', 'tracks.csv');

/**
 * FMA as it is distributed (https://github.com/mdeff/fma): `fma_metadata/tracks.csv` with its three
 * header rows, and clips under `fma_<subset>/000/000002.mp3`. The label is `genre_top`.
 *
 * @param subset the largest that is there by default; its clips may also lie in a larger one's folder
 * @throws ModelError BAD_DATA where the metadata or the folder of clips are not as distributed
 */
export async function readFma(
  root: string,
  labels: readonly string[],
  subset: FmaSubset = largestSubset(root),
): Promise<Source> {
  const source = emptySource();
  const audioFolder = folderOf(root, subset);
  const wanted = fmaSubsets.slice(0, fmaSubsets.indexOf(subset) + 1) as readonly string[];
  const labelOf = spelledLabel(labels);
  const file = fmaTracksFile(root);
  let header: Header | undefined;
  const headerRows: string[][] = [];
  for await (const { record, info } of csvRows<string[]>(file, { relax_column_count: true })) {
    if (!header) {
      headerRows.push(record);
      if (headerRows.length === 3) header = readHeader(headerRows, file);
      continue;
    }
    const line = `${file} line ${info.lines}`;
    const id = Number(record[0]);
    if (record.length !== header.length || !(Number.isInteger(id) && id > 0)) {
      source.skipped.push({ path: line, reason: 'the row is broken' });
      continue;
    }
    const value = (column: keyof typeof columns) => record[header!.at[column]]!;
    if (!wanted.includes(value('subset'))) continue;
    const label = labelOf(value('genre'));
    if (label === undefined) {
      leaveOutSong(source, value('genre') ? `genre ${value('genre')}` : 'no top genre');
      continue;
    }
    const name = String(id).padStart(6, '0');
    const clip: Clip = {
      path: path.join(audioFolder, name.slice(0, 3), `${name}.mp3`),
      label,
      artist: value('artist'),
      album: value('album'),
      work: '',
      corpus: 'FMA',
      recorded: true,
      ...(sides[value('split')] && { split: sides[value('split')]! }),
    };
    const reason = reasonToSkip(id, clip, value('split'));
    if (reason) source.skipped.push({ path: clip.path, reason });
    else source.clips.push(clip);
  }
  if (!header) throw notDistributed(file, `${headerRows.length} rows`);
  return source;
}

function reasonToSkip(id: number, clip: Clip, split: string): string | undefined {
  if (badTracks.has(id)) return 'known to be empty or cut off';
  if (!clip.split) return `set.split is "${split}", none of ${Object.keys(sides).join(', ')}`;
  return existsSync(clip.path) ? undefined : 'the file is missing';
}

const columns = {
  artist: 'artist.name',
  album: 'album.title',
  genre: 'track.genre_top',
  split: 'set.split',
  subset: 'set.subset',
};

interface Header {
  length: number;
  at: Record<keyof typeof columns, number>;
}

/** The first row has the group of each column, the second its name, the third the index's name. */
function readHeader([groups, names, index]: string[][], file: string): Header {
  const full = names!.map((name, i) => `${groups![i]}.${name}`);
  const at = Object.fromEntries(
    Object.entries(columns).map(([column, name]) => [column, full.indexOf(name)]),
  ) as Header['at'];
  const missing = Object.values(columns).filter((name) => !full.includes(name));
  if (index![0] !== 'track_id' || missing.length > 0) {
    throw notDistributed(file, missing.length > 0 ? `no ${missing.join(', ')}` : 'no track_id');
  }
  return { length: names!.length, at };
}

const notDistributed = (file: string, received: string): ModelError =>
  new ModelError(
    'BAD_DATA',
    `Expected FMA's tracks.csv with its three header rows in ${file} but received ${received}.`,
  );

const subsetsIn = (root: string): FmaSubset[] =>
  fmaSubsets.filter((subset) => existsSync(path.join(root, `fma_${subset}`)));

function largestSubset(root: string): FmaSubset {
  const largest = subsetsIn(root).at(-1);
  if (largest === undefined) {
    const folders = fmaSubsets.map((subset) => `fma_${subset}`).join(', ');
    throw new ModelError('BAD_DATA', `Expected one of ${folders} in ${root} but found none.`);
  }
  return largest;
}

function folderOf(root: string, subset: FmaSubset): string {
  const there = subsetsIn(root);
  const holder = there.find((name) => fmaSubsets.indexOf(name) >= fmaSubsets.indexOf(subset));
  if (holder === undefined) {
    throw expected('BAD_DATA', `a subset that lies in ${root}`, 'subset', subset);
  }
  return path.join(root, `fma_${holder}`);
}
