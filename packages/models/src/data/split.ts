import type { Clip } from './dataset.ts';
import { type Random, shuffled } from '@consonance/statistics';

export interface Split {
  train: Clip[];
  validation: Clip[];
  test: Clip[];
}

/** Clips that must stay together: of one artist or, where the artist is unknown, of one work. */
export const groupOf = ({ artist, work }: Clip): string =>
  artist ? `artist ${artist}` : `work ${work}`;

/**
 * Splits 8:1:1 by artist, each label for itself: an artist's clips never stand on two sides. Whole
 * artists cannot be cut to size, so a side is filled up to a tenth, or twice that where the artists are
 * large; a label with a single artist is trained on and neither validated nor tested.
 */
export function splitByArtist(clips: readonly Clip[], random: Random): Split {
  const sideOf = new Map<string, keyof Split>();
  const byLabel = Map.groupBy(clips, ({ label }) => label);
  for (const label of [...byLabel.keys()].sort()) {
    const ofLabel = byLabel.get(label)!;
    const sizes = new Map(
      [...Map.groupBy(ofLabel, groupOf)].map(([name, group]) => [name, group.length]),
    );
    const free = shuffled([...sizes.keys()].sort(), random).filter((name) => !sideOf.has(name));
    // The largest artist teaches.
    const largest = Math.max(...sizes.values());
    let rest = free.toSpliced(
      free.findIndex((name) => sizes.get(name) === largest),
      1,
    );
    for (const side of ['test', 'validation'] as const) {
      const wanted = Math.ceil(ofLabel.length / 10);
      let count = 0;
      for (const name of rest) {
        if (count >= wanted || count + sizes.get(name)! > 2 * wanted) continue;
        sideOf.set(name, side);
        count += sizes.get(name)!;
      }
      rest = rest.filter((name) => !sideOf.has(name));
    }
  }
  const sideOfClip = (clip: Clip) => sideOf.get(groupOf(clip)) ?? 'train';
  const side = (name: keyof Split) => clips.filter((clip) => sideOfClip(clip) === name);
  return { train: side('train'), validation: side('validation'), test: side('test') };
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
