import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { augmentedCrop, defaultAugmentation } from '../src/training/augment.ts';
import { type Clip, readManifest } from '../src/data/dataset.ts';
import { seededRandom } from '@consonance/statistics';
import { createSampler } from '../src/data/sampling.ts';
import { groupOf, splitAtRandom, splitByArtist } from '../src/data/split.ts';

describe('manifest', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'consonance-manifest-'));
    for (const name of ['a.ogg', 'b.ogg']) await writeFile(path.join(folder, name), 'x');
  });
  after(() => rm(folder, { recursive: true }));

  const read = async (text: string, labels = ['jazz', 'rock']) => {
    const file = path.join(folder, 'manifest.csv');
    await writeFile(file, text);
    return readManifest(file, labels);
  };

  test('reads paths relative to itself, and leaves works out', async () => {
    const text = 'path,label,artist,work,recorded\na.ogg,jazz,"A, B",w1,yes\nb.ogg,rock,,,no\n';
    const { clips, manifestHash } = await read(text);
    assert.deepEqual(clips[0], {
      ...{
        path: path.join(folder, 'a.ogg'),
        label: 'jazz',
        artist: 'A, B',
        work: 'w1',
        corpus: '',
        recorded: true,
      },
    });
    assert.deepEqual([clips[1]!.work, clips[1]!.recorded], ['b.ogg', false]);
    assert.match(manifestHash, /^[0-9a-f]{64}$/);
  });

  test('names the line, the label, the missing file, the empty class', async () => {
    await assert.rejects(
      read('path,label\na.ogg,jazz\nb.ogg,polka\n'),
      /line 3 .* received "polka"/,
    );
    await assert.rejects(read('path,label\na.ogg,\n'), /Expected a label in line 2/);
    await assert.rejects(
      read('path,label\na.ogg,jazz\nc.ogg,rock\n'),
      /1 files .* missing, among them .*c\.ogg/,
    );
    await assert.rejects(read('path,label\na.ogg,jazz\n'), /there are none of rock/);
    await assert.rejects(
      readManifest(path.join(folder, 'none.csv')),
      /Expected a CSV manifest at .*none\.csv/,
    );
  });
});

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

  test('is 8:1:1 where artists are small, and the same for the same seed', () => {
    const clips = Array.from({ length: 400 }, (_, i): Clip => ({
      ...{
        path: `${i}`,
        label: i % 2 ? 'jazz' : 'rock',
        artist: `artist ${i}`,
        work: `${i}`,
        corpus: '',
        recorded: true,
      },
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
  const off = {
    speed: 0,
    bandShift: 0,
    equalizer: 0,
    noiseFloor: 0,
    lowPass: 0,
    maskedBands: 0,
    maskedFrames: 0,
  };

  test('all off, it is a plain crop', () => {
    const out = new Float32Array(8 * 20);
    augmentedCrop(mel, 8, out, off, seededRandom(4));
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
const defaultAugmentationFor8Bands = { ...defaultAugmentation, maskedBands: 2 };
