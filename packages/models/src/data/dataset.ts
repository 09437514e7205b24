import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { seededRandom, shuffled } from '@consonance/statistics';
import { expected, ModelError } from '../errors.ts';
import { paperLabels } from './labels.ts';
import { readCsv } from './sources/csv.ts';
import { type FmaSubset, fmaSubsets, fmaTracksFile, readFma } from './sources/fma.ts';
import { readFolder } from './sources/folder.ts';
import { type LibraryTrack, readLibrary } from './sources/library.ts';
import type { Skipped, Source } from './sources/source.ts';
import { groupOf, type Side } from './split.ts';

/** One labelled excerpt. */
export interface Clip {
  /** Absolute. */
  path: string;
  label: string;
  /** Empty when unknown. */
  artist: string;
  /** Missing when unknown. */
  album?: string;
  /** The piece that the clip is an excerpt of; clips of one work stay together. */
  work: string;
  /** Where the clip comes from; empty when unknown. */
  corpus: string;
  /** A recording, as opposed to notes played by a synthesiser. */
  recorded: boolean;
  /** The side that the data set itself puts the clip on; all clips have one or none has. */
  split?: Side;
}

export interface Dataset {
  name: string;
  kind: 'fma' | 'folder' | 'csv' | 'library';
  clips: Clip[];
  labels: string[];
  /** SHA-256 over what is in the set and how it is labelled; see `manifestHash`. */
  manifestHash: string;
  /** Files that are missing or broken, rows that cannot be read, folders that are no genre. */
  skipped: Skipped[];
  /** Songs that belong to none of the labels: reason -> how many. */
  leftOut: Record<string, number>;
  /** Clips there and clips used, after the cap, of each label. */
  genres: { label: string; available: number; used: number }[];
  maxPerGenre: number;
}

export interface DatasetOptions {
  /** Default: the paper's seven; of a library, those of the seven that three artists play. */
  labels?: readonly string[];
  /** At most this many clips of a label, drawn at random. Default: 1000. */
  maxPerGenre?: number;
  /** Of the draw. Default: 1. */
  seed?: number;
  /** Of FMA. Default: the largest that is there. */
  subset?: FmaSubset;
  /** Works to leave out, such as those of the demo library. */
  excludedWorks?: ReadonlySet<string>;
}

/**
 * Finds out what can be trained on, without decoding anything.
 *
 * @param spec the root of FMA, a folder with one folder per genre, a CSV manifest, or the songs of a
 * library; see docs/datasets.md
 * @throws ModelError BAD_DATA naming what cannot be read or which label has no clips; BAD_OPTION
 */
export async function loadDataset(
  spec: string | readonly LibraryTrack[],
  options: DatasetOptions = {},
): Promise<Dataset> {
  checkOptions(options);
  const { maxPerGenre = 1000, seed = 1, excludedWorks = new Set() } = options;
  const kind = typeof spec === 'string' ? await kindOf(spec) : 'library';
  if (options.subset !== undefined && kind !== 'fma') {
    throw expected('BAD_OPTION', 'no value without FMA', 'subset', options.subset);
  }
  const source = await read(spec, kind, options);
  source.clips = source.clips.filter(({ work }) => !excludedWorks.has(work));
  const labels = options.labels ?? (kind === 'library' ? dropRareLabels(source) : paperLabels);
  const name = typeof spec === 'string' ? path.basename(path.resolve(spec)) : 'library';
  checkLabels(source, labels, name);
  const clips = withWorks(capped(source.clips, maxPerGenre, seed));
  const count = (list: readonly Clip[], label: string) =>
    list.filter((clip) => clip.label === label).length;
  return {
    name,
    kind,
    clips,
    labels: [...labels],
    manifestHash: manifestHash(clips),
    skipped: source.skipped.sort((a, b) => (a.path < b.path ? -1 : 1)),
    leftOut: source.leftOut,
    genres: labels.map((label) => ({
      label,
      available: count(source.clips, label),
      used: count(clips, label),
    })),
    maxPerGenre,
  };
}

/** What was reduced, too small, left out and skipped, in sentences. */
export function datasetNotes({ genres, maxPerGenre, leftOut, skipped }: Dataset): string[] {
  return [
    ...genres.flatMap(({ label, available, used }) => {
      if (used < available) return `${label}: ${used} of ${available} clips, drawn at random`;
      return used < maxPerGenre ? `${label}: only ${used} clips, all used` : [];
    }),
    ...Object.entries(leftOut).map(([reason, songs]) => `left out: ${songs} songs, ${reason}`),
    ...skipped.slice(0, 20).map(({ path, reason }) => `skipped: ${path}: ${reason}`),
    ...(skipped.length > 20 ? [`skipped: ${skipped.length - 20} more`] : []),
  ];
}

/**
 * SHA-256 over the sorted list of path, label, artist, album, work and split. Paths are relative to the
 * folder that holds all clips: the same clips have the same hash wherever they lie and whatever
 * listed them.
 */
export function manifestHash(clips: readonly Clip[]): string {
  const root = commonFolder(clips);
  const rows = clips.map((clip) =>
    JSON.stringify([
      ...[relativeTo(root, clip), clip.label, clip.artist, clip.album ?? ''],
      ...[clip.work, clip.split ?? ''],
    ]),
  );
  return createHash('sha256').update(rows.sort().join('\n')).digest('hex');
}

function checkOptions(options: DatasetOptions): void {
  const known = ['labels', 'maxPerGenre', 'seed', 'subset', 'excludedWorks'];
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) {
      throw expected('BAD_OPTION', `only ${known.join(', ')}`, 'the data set', name);
    }
  }
  const { labels, maxPerGenre, subset } = options;
  if (labels && (new Set(labels).size < Math.max(2, labels.length) || labels.includes(''))) {
    throw expected('BAD_OPTION', 'at least two different labels', 'labels', labels);
  }
  if (maxPerGenre !== undefined && !(Number.isSafeInteger(maxPerGenre) && maxPerGenre > 0)) {
    throw expected('BAD_OPTION', 'a positive integer', 'maxPerGenre', maxPerGenre);
  }
  if (subset !== undefined && !fmaSubsets.includes(subset)) {
    throw expected('BAD_OPTION', `one of ${fmaSubsets.join(', ')}`, 'subset', subset);
  }
}

async function kindOf(spec: string): Promise<'fma' | 'folder' | 'csv'> {
  const stats = await stat(spec).catch((cause: unknown) => {
    throw new ModelError('BAD_DATA', `Expected a data set at ${spec} but could not find it.`, {
      cause,
    });
  });
  if (stats.isFile()) return 'csv';
  if (existsSync(fmaTracksFile(spec))) return 'fma';
  if (!existsSync(path.join(spec, 'fma_metadata'))) return 'folder';
  throw new ModelError('BAD_DATA', `Expected ${fmaTracksFile(spec)} but could not find it.`);
}

async function read(
  spec: string | readonly LibraryTrack[],
  kind: Dataset['kind'],
  { labels = paperLabels, subset }: DatasetOptions,
): Promise<Source> {
  if (typeof spec !== 'string') return readLibrary(spec, labels);
  if (kind === 'csv') return readCsv(spec, labels);
  if (kind === 'fma') return readFma(spec, labels, subset);
  return readFolder(path.resolve(spec), labels);
}

/** Nobody chose the labels of a library: those too rare to be learnt go. */
function dropRareLabels(source: Source): string[] {
  const byLabel = Map.groupBy(source.clips, ({ label }) => label);
  const kept = paperLabels.filter(
    (label) => new Set((byLabel.get(label) ?? []).map(groupOf)).size >= 3,
  );
  for (const [label, clips] of byLabel) {
    if (!kept.includes(label))
      source.leftOut[`${label} by fewer than three artists`] = clips.length;
  }
  source.clips = source.clips.filter(({ label }) => kept.includes(label));
  return kept;
}

function checkLabels(source: Source, labels: readonly string[], name: string): void {
  const found = new Set(source.clips.map(({ label }) => label));
  const empty = labels.filter((label) => !found.has(label));
  if (empty.length === 0 && labels.length >= 2) return;
  const seen = [
    `clips of ${[...found].join(', ') || 'no label'}`,
    ...source.skipped.slice(0, 3).map(({ path, reason }) => `${path} skipped: ${reason}`),
    ...Object.entries(source.leftOut).map(([reason, songs]) => `${songs} left out: ${reason}`),
  ];
  const wanted = empty.length > 0 ? empty.join(', ') : 'at least two labels';
  throw new ModelError(
    'BAD_DATA',
    `Expected clips of ${wanted} in ${name} but found none there (${seen.slice(0, 8).join('; ')}).`,
  );
}

/** A random choice of each label that has too many, in the given order. */
function capped(clips: readonly Clip[], maxPerGenre: number, seed: number): Clip[] {
  const random = seededRandom(seed);
  const byLabel = Map.groupBy(clips, ({ label }) => label);
  const chosen = [...byLabel.keys()].sort().flatMap((label) => {
    const ofLabel = byLabel.get(label)!;
    if (ofLabel.length <= maxPerGenre) return ofLabel;
    const inOrder = ofLabel.toSorted((a, b) => (a.path < b.path ? -1 : 1));
    return shuffled(inOrder, random).slice(0, maxPerGenre);
  });
  const isChosen = new Set(chosen);
  return clips.filter((clip) => isChosen.has(clip));
}

/** Where the work is unknown, each file is one. */
function withWorks(clips: readonly Clip[]): Clip[] {
  const root = commonFolder(clips);
  return clips.map((clip) => ({ ...clip, work: clip.work || relativeTo(root, clip) }));
}

const relativeTo = (root: string, clip: Clip): string =>
  path.relative(root, clip.path).replaceAll(path.sep, '/');

/** The deepest folder that holds all clips. */
function commonFolder(clips: readonly Clip[]): string {
  let root = path.dirname(clips[0]!.path);
  for (const clip of clips) {
    while (path.relative(root, clip.path).startsWith('..')) root = path.dirname(root);
  }
  return root;
}
