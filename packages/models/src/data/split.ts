import { type Random, seededRandom, shuffled } from '@consonance/statistics';
import { expected, ModelError } from '../errors.ts';
import type { Clip } from './dataset.ts';

export interface Split {
  train: Clip[];
  validation: Clip[];
  test: Clip[];
}

export type Side = keyof Split;

const sides = ['train', 'validation', 'test'] as const;

export interface SplitOptions {
  /** Default: the data set's own where it has one, else by artist. */
  by?: 'artist' | 'random' | 'own';
  seed: number;
}

/**
 * Puts the clips on three sides, 8:1:1.
 *
 * @throws ModelError BAD_DATA where a side would be empty, a label would have nothing to learn from, or a label
 * has a single artist to split by
 */
export function splitDataset(clips: readonly Clip[], { by, seed }: SplitOptions): Split {
  const split = divide(clips, by ?? (clips[0]?.split ? 'own' : 'artist'), seed);
  const empty = sides.find((side) => split[side].length === 0);
  if (empty) {
    throw new ModelError('BAD_DATA', `Expected clips for ${empty}: ${clips.length} are too few.`);
  }
  const untaught = untaughtLabels(clips, split.train)[0];
  if (untaught !== undefined) {
    throw new ModelError(
      'BAD_DATA',
      `Expected clips of ${untaught} to train on but all are for validation or test: add others, or leave the label out.`,
    );
  }
  return split;
}

function divide(clips: readonly Clip[], by: string, seed: number): Split {
  if (by === 'random') return splitAtRandom(clips, seededRandom(seed));
  if (by === 'own') {
    const without = clips.find(({ split }) => !split);
    if (without) throw expected('BAD_DATA', 'a split', without.path, without.split ?? 'none');
    return bySide(clips, ({ split }) => split!);
  }
  if (by !== 'artist') throw expected('BAD_OPTION', 'artist, random or own', 'by', by);
  for (const [label, ofLabel] of Map.groupBy(clips, (clip) => clip.label)) {
    const [group, ...others] = new Set(ofLabel.map(groupOf));
    if (others.length > 0) continue;
    throw new ModelError(
      'BAD_DATA',
      `Expected ${label} by at least two artists but all its clips are of ${group}: add others, leave the label out, or split at random.`,
    );
  }
  return splitByArtist(clips, seededRandom(seed));
}

const bySide = (clips: readonly Clip[], sideOf: (clip: Clip) => Side): Split => {
  const side = (name: Side) => clips.filter((clip) => sideOf(clip) === name);
  return { train: side('train'), validation: side('validation'), test: side('test') };
};

/** Labels without a clip to train on, in their order. */
function untaughtLabels(clips: readonly Clip[], train: readonly Clip[]): string[] {
  const labels = (of: readonly Clip[]) => new Set(of.map(({ label }) => label));
  return [...labels(clips).difference(labels(train))].sort();
}

/** Clips that must stay together: of one artist or, where that is unknown, of one album or work. */
export const groupOf = ({ artist, album, work, path }: Clip): string =>
  artist ? `artist ${artist}` : album ? `album ${album}` : `work ${work || path}`;

/**
 * Splits 8:1:1 by artist, each label for itself: an artist's clips never stand on two sides. Whole
 * artists cannot be cut to size, so a side is filled up to a tenth, or twice that where the artists are
 * large, and at least with the smallest artist; a label with a single artist is only trained on. A label
 * whose artists would all stand elsewhere, because of other labels of theirs, is taught by its largest one.
 */
export function splitByArtist(clips: readonly Clip[], random: Random): Split {
  const sideOf = new Map<string, Side>();
  const byLabel = Map.groupBy(clips, ({ label }) => label);
  for (const label of [...byLabel.keys()].sort()) {
    const ofLabel = byLabel.get(label)!;
    const sizes = new Map(
      [...Map.groupBy(ofLabel, groupOf)].map(([name, group]) => [name, group.length]),
    );
    const free = shuffled([...sizes.keys()].sort(), random).filter((name) => !sideOf.has(name));
    // The largest artist teaches.
    const largest = free.toSorted((a, b) => sizes.get(b)! - sizes.get(a)!)[0];
    let rest = free.filter((name) => name !== largest);
    for (const side of ['test', 'validation'] as const) {
      const wanted = Math.ceil(ofLabel.length / 10);
      // An artist of another label, too, may stand here already.
      let count = ofLabel.filter((clip) => sideOf.get(groupOf(clip)) === side).length;
      const take = (name: string) => {
        sideOf.set(name, side);
        count += sizes.get(name)!;
      };
      for (const name of rest) {
        if (count < wanted && count + sizes.get(name)! <= 2 * wanted) take(name);
      }
      const [smallest] = rest.toSorted((a, b) => sizes.get(a)! - sizes.get(b)!);
      if (count === 0 && smallest !== undefined) take(smallest);
      rest = rest.filter((name) => !sideOf.has(name));
    }
  }
  const split = () => bySide(clips, (clip) => sideOf.get(groupOf(clip)) ?? 'train');
  // Afterwards and without chance, so that a split that needs none of it stays as it is.
  for (const label of untaughtLabels(clips, split().train)) {
    const groups = [...Map.groupBy(byLabel.get(label)!, groupOf)];
    const [largest] = groups.toSorted(
      ([nameA, a], [nameB, b]) => b.length - a.length || (nameA < nameB ? -1 : 1),
    );
    sideOf.set(largest![0], 'train');
  }
  return split();
}

/** The naive split, which puts excerpts of one recording on both sides; only to measure that leak. */
export function splitAtRandom(clips: readonly Clip[], random: Random): Split {
  const split: Split = { train: [], validation: [], test: [] };
  const byLabel = Map.groupBy(clips, ({ label }) => label);
  for (const label of [...byLabel.keys()].sort()) {
    const ofLabel = shuffled(byLabel.get(label)!, random);
    const tenth = Math.ceil(ofLabel.length / 10);
    split.test.push(...ofLabel.slice(0, tenth));
    split.validation.push(...ofLabel.slice(tenth, 2 * tenth));
    split.train.push(...ofLabel.slice(2 * tenth));
  }
  return split;
}

/**
 * Holds whole corpora out. The clips that are kept share neither corpus nor artist with them.
 *
 * @throws ModelError BAD_OPTION naming a corpus that there is not
 */
export function leaveOut(
  clips: readonly Clip[],
  corpora: readonly string[],
): { kept: Clip[]; heldOut: Clip[] } {
  const known = new Set(clips.map(({ corpus }) => corpus));
  for (const corpus of corpora) {
    if (!known.has(corpus)) {
      throw expected('BAD_OPTION', `one of ${[...known].join(', ')}`, 'corpora', corpus);
    }
  }
  const heldOut = clips.filter(({ corpus }) => corpora.includes(corpus));
  const theirs = new Set(heldOut.map(groupOf));
  const kept = clips.filter((clip) => !corpora.includes(clip.corpus) && !theirs.has(groupOf(clip)));
  return { kept, heldOut };
}
