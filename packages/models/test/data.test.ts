import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { augmentedCrop, noAugmentation, productAugmentation } from '../src/training/augment.ts';
import type { Clip } from '../src/data/dataset.ts';
import { seededRandom } from '@consonance/statistics';
import { createSampler } from '../src/data/sampling.ts';
import {
  groupOf,
  leaveOut,
  splitAtRandom,
  splitByArtist,
  splitDataset,
} from '../src/data/split.ts';

const anyClips = fc
  .array(
    fc.record({
      label: fc.constantFrom('jazz', 'rock', 'folk'),
      artist: fc.constantFrom('', 'a', 'b', 'c', 'd', 'e'),
      work: fc.nat({ max: 30 }).map((n) => `w${n}`),
    }),
    { minLength: 1, maxLength: 120 },
  )
  .map((rows) =>
    rows.map((row, i): Clip => ({
      ...row,
      path: `${i}`,
      corpus: row.artist,
      recorded: i % 2 === 0,
    })),
  );

describe('split', () => {
  test('by artist: every clip once, and no artist or nameless work on two sides', () => {
    fc.assert(
      fc.property(anyClips, fc.nat(), (clips, seed) => {
        const { train, validation, test } = splitByArtist(clips, seededRandom(seed));
        assert.deepEqual(
          [...train, ...validation, ...test].map((clip) => clip.path).sort(),
          clips.map((clip) => clip.path).sort(),
        );
        const groups = [train, validation, test].map((side) => new Set(side.map(groupOf)));
        for (const [a, b] of [
          [0, 1],
          [0, 2],
          [1, 2],
        ] as const) {
          assert.ok(groups[a]!.isDisjointFrom(groups[b]!));
        }
      }),
    );
  });

  test('by artist: every label has clips to train on', () => {
    fc.assert(
      fc.property(anyClips, fc.nat(), (clips, seed) => {
        const { train } = splitByArtist(clips, seededRandom(seed));
        const labels = (of: readonly Clip[]) => new Set(of.map(({ label }) => label));
        assert.deepEqual(labels(clips).difference(labels(train)), new Set());
      }),
      { numRuns: 500 },
    );
  });

  test('is 8:1:1 where artists are small, and the same for the same seed', () => {
    const clips = Array.from({ length: 400 }, (_, i): Clip => ({
      path: `${i}`,
      label: i % 2 ? 'jazz' : 'rock',
      artist: `artist ${i}`,
      work: `${i}`,
      corpus: '',
      recorded: true,
    }));
    const split = splitByArtist(clips, seededRandom(1));
    assert.deepEqual(
      [split.train, split.validation, split.test].map((side) => side.length),
      [320, 40, 40],
    );
    assert.deepEqual(splitByArtist(clips, seededRandom(1)), split);
    assert.notDeepEqual(splitByArtist(clips, seededRandom(2)), split);
    const naive = splitAtRandom(clips, seededRandom(1));
    assert.deepEqual(
      [naive.train, naive.validation, naive.test].map((side) => side.length),
      [320, 40, 40],
    );
  });
});

const clipOf = (name: string, artist: string, more: Partial<Clip> = {}): Clip => ({
  path: name,
  label: 'jazz',
  artist,
  work: name,
  corpus: '',
  recorded: true,
  ...more,
});

describe('splitDataset', () => {
  const pathsOf = (clips: readonly Clip[]) => clips.map((clip) => clip.path);

  test('takes the own split where there is one, and another on demand', () => {
    const sides = ['train', 'train', 'validation', 'test'] as const;
    const clips = sides.map((split, i) => clipOf(`${i}`, `artist ${i}`, { split }));
    const own = splitDataset(clips, { seed: 1 });
    assert.deepEqual([own.train, own.validation, own.test].map(pathsOf), [
      ['0', '1'],
      ['2'],
      ['3'],
    ]);
    const byArtist = splitDataset(clips, { by: 'artist', seed: 1 });
    assert.deepEqual(byArtist, splitByArtist(clips, seededRandom(1)));
    const random = splitDataset(clips, { by: 'random', seed: 1 });
    assert.deepEqual(random, splitAtRandom(clips, seededRandom(1)));
    assert.throws(
      () => splitDataset([...clips, clipOf('bare', 'x')], { by: 'own', seed: 1 }),
      /Expected a split for bare/,
    );
    assert.throws(() => splitDataset(clips, { by: 'album' as never, seed: 1 }), /artist, random/);
    assert.throws(() => splitDataset(clips.slice(0, 3), { seed: 1 }), /Expected clips for test/);
  });

  test('three large artists stand on three sides; one artist alone cannot', () => {
    const clips = ['a', 'b', 'c'].flatMap((artist) =>
      Array.from({ length: 50 }, (_, i) => clipOf(`${artist}${i}`, artist)),
    );
    const { train, validation, test } = splitDataset(clips, { seed: 3 });
    assert.deepEqual([train.length, validation.length, test.length], [50, 50, 50]);
    const alone = [...clips, clipOf('x', 'x', { label: 'polka' })];
    assert.throws(() => splitDataset(alone, { seed: 3 }), /polka by at least two .*of artist x/);
  });

  test('a label that nothing teaches is named', () => {
    const sides = ['train', 'validation', 'test'] as const;
    const clips = sides.map((split, i) => clipOf(`${i}`, `artist ${i}`, { split }));
    const polka = clipOf('p', 'p', { label: 'polka', split: 'test' });
    assert.throws(() => splitDataset([...clips, polka], { by: 'own', seed: 1 }), {
      code: 'BAD_DATA',
      message: /clips of polka to train on/,
    });
  });

  test('artists of several labels keep it 8:1:1', () => {
    const clips = Array.from({ length: 600 }, (_, i) =>
      clipOf(`${i}`, `artist ${i % 100}`, { label: ['jazz', 'rock', 'folk'][i % 3]! }),
    );
    const { train, validation, test } = splitDataset(clips, { seed: 1 });
    assert.deepEqual([train.length, validation.length, test.length], [480, 60, 60]);
  });

  test('unknown artists stay together by album, then by work', () => {
    const groups = [
      clipOf('1', 'a', { album: 'l' }),
      clipOf('2', '', { album: 'l' }),
      clipOf('3', '', { work: 'w' }),
    ].map(groupOf);
    assert.deepEqual(groups, ['artist a', 'album l', 'work w']);
  });

  test('leaving corpora out leaves their artists out', () => {
    const clips = [
      clipOf('1', 'a', { corpus: 'x' }),
      clipOf('2', 'a', { corpus: 'y' }),
      clipOf('3', 'b', { corpus: 'y' }),
    ];
    const { kept, heldOut } = leaveOut(clips, ['x']);
    assert.deepEqual([kept, heldOut].map(pathsOf), [['3'], ['1']]);
    assert.throws(() => leaveOut(clips, ['z']), /one of x, y for corpora but received "z"/);
  });
});

test('sampling gives every label its turn, whatever its size', () => {
  const clip = (label: string, i: number): Clip => ({
    path: `${i}`,
    label,
    artist: '',
    work: `${i}`,
    corpus: 'c',
    recorded: true,
  });
  const clips = [
    ...Array.from({ length: 95 }, (_, i) => clip('rock', i)),
    ...Array.from({ length: 5 }, (_, i) => clip('jazz', 100 + i)),
  ];
  const sample = createSampler(clips);
  const random = seededRandom(1);
  const jazz = Array.from({ length: 2000 }, () => sample(random)).filter(
    ({ label }) => label === 'jazz',
  ).length;
  assert.ok(Math.abs(jazz / 2000 - 0.5) < 0.05);
});

describe('augmentation', () => {
  const mel = Float32Array.from({ length: 8 * 50 }, (_, i) => -((i * 7919) % 80));
  test('all off, it is a plain crop', () => {
    const out = new Float32Array(8 * 20);
    augmentedCrop(mel, 8, out, noAugmentation, seededRandom(4));
    const starts = Array.from({ length: 31 }, (_, start) => start).filter((start) =>
      Array.from({ length: 8 }, (_, band) => band).every((band) =>
        out
          .subarray(band * 20, band * 20 + 20)
          .every((value, frame) => value === mel[band * 50 + start + frame]),
      ),
    );
    assert.equal(starts.length, 1);
  });

  test('a short clip is padded with silence; all values stay finite; a seed repeats', () => {
    const crop = (seed: number) => {
      const out = new Float32Array(8 * 80);
      augmentedCrop(mel, 8, out, defaultAugmentationFor8Bands, seededRandom(seed));
      return out;
    };
    const out = crop(2);
    assert.ok(out.every(Number.isFinite));
    assert.ok(out.includes(-100));
    assert.deepEqual(crop(2), out);
    assert.notDeepEqual(crop(3), out);
  });
});
const defaultAugmentationFor8Bands = { ...productAugmentation, maskedBands: 2 };
