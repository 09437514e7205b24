import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '@consonance/statistics';
import fc from 'fast-check';
import { fitFusion, fuse, fusionDimensions, type ReferenceSong } from '../src/embedders/fusion.ts';

const labels = ['a', 'b'];

/** Songs of two labels that differ in the first number of the first part. */
function songs(count: number, seed: number): ReferenceSong[] {
  const random = seededRandom(seed);
  const noise = (length: number) => Float32Array.from({ length }, () => random() - 0.5);
  return Array.from({ length: count }, (_, i) => {
    const [first, second] = [noise(4), noise(3)];
    first[0]! += i % 2;
    // A number that never changes must not divide by 0.
    second[2] = 7;
    return { windows: [[first, second]], label: labels[i % 2]!, group: `${i % 3}`, recorded: true };
  });
}

const settings = { weights: [3, 1], components: 7, genreWeight: 0, labels };
const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, v, i) => sum + v * b[i]!, 0);

test('with all components, the cosine is that of the scaled parts around their centre', () => {
  const all = songs(40, 1);
  const fusion = fitFusion(all, settings);
  const joined = all.map(({ windows }) => {
    const parts = windows[0]!.map((vector, part) => {
      const { mean, scale, weight } = fusion.parts[part]!;
      const scaled = vector.map((value, i) => (value - mean[i]!) * scale[i]!);
      return scaled.map((value) => (value * Math.sqrt(weight)) / Math.hypot(...scaled));
    });
    return Float32Array.of(...parts[0]!, ...parts[1]!).map((v, i) => v - fusion.centre[i]!);
  });
  const embeddings = all.map(({ windows }) => fuse(fusion, windows[0]!).embedding);
  for (let i = 1; i < all.length; i++) {
    const cosine =
      dot(joined[0]!, joined[i]!) / Math.hypot(...joined[0]!) / Math.hypot(...joined[i]!);
    assert.ok(Math.abs(dot(embeddings[0]!, embeddings[i]!) - cosine) < 1e-5);
  }
  assert.deepEqual(
    fusion.parts.map(({ weight }) => weight),
    [0.75, 0.25],
  );
});

test('embeddings have length 1, probabilities are right for what was learnt', () => {
  const fusion = fitFusion(songs(60, 2), { ...settings, components: 4, genreWeight: 0.5 });
  assert.equal(fusionDimensions(fusion), 6);
  let right = 0;
  for (const { windows, label } of songs(60, 3)) {
    const { embedding, probabilities } = fuse(fusion, windows[0]!);
    assert.equal(embedding.length, 6);
    assert.ok(Math.abs(Math.hypot(...embedding) - 1) < 1e-6);
    assert.ok(Math.abs(probabilities[0]! + probabilities[1]! - 1) < 1e-6);
    if (probabilities[labels.indexOf(label)]! > 0.5) right++;
  }
  assert.ok(right > 50, `${right} of 60`);
});

test('scale and offset of a part change nothing', () => {
  const plain = songs(30, 4);
  const before = fitFusion(plain, settings);
  fc.assert(
    fc.property(
      fc.double({ min: 0.5, max: 20, noNaN: true }),
      fc.double({ min: -5, max: 5, noNaN: true }),
      (factor, offset) => {
        const changed = plain.map((song) => ({
          ...song,
          windows: [song.windows[0]!.map((part, p) => (p > 0 ? part : part.map((v) => v * factor + offset)))], // prettier-ignore
        }));
        const after = fitFusion(changed, settings);
        const [a, b] = [plain, changed].map((of, k) =>
          of.slice(0, 2).map(({ windows }) => fuse(k ? after : before, windows[0]!).embedding),
        );
        return Math.abs(dot(a![0]!, a![1]!) - dot(b![0]!, b![1]!)) < 1e-3;
      },
    ),
    { numRuns: 20, seed: 1 },
  );
});

test('constants come from the recordings, or from all where there are none', () => {
  const all = songs(20, 5);
  const half = all.map((song, i) => ({ ...song, recorded: i < 10 }));
  assert.deepEqual(
    fitFusion(half, settings).parts[0]!.mean,
    fitFusion(all.slice(0, 10), settings).parts[0]!.mean,
  );
  const none = all.map((song) => ({ ...song, recorded: false }));
  assert.deepEqual(fitFusion(none, settings).parts, fitFusion(all, settings).parts);
});

test('probabilities are as sure as groups of songs that were left out allow', () => {
  // What tells the labels apart in the first group says nothing in the others.
  const misled = songs(120, 6).map((song, i) => {
    const group = ['x', 'y', 'z'][i % 3]!;
    const first = song.windows[0]![0]!.slice();
    first[0] = group === 'x' ? 4 * (i % 2) : (first[0]! * 7919) % 1;
    return { ...song, group, windows: [[first, song.windows[0]![1]!]] };
  });
  const sureness = (all: ReferenceSong[]) => {
    const fusion = fitFusion(all, settings);
    const certain = all.map(({ windows }) => Math.max(...fuse(fusion, windows[0]!).probabilities));
    return certain.reduce((a, b) => a + b, 0) / all.length;
  };
  const inOneGroup = sureness(misled.map((song) => ({ ...song, group: 'one' })));
  assert.ok(sureness(misled) < inOneGroup - 0.03, `${sureness(misled)} against ${inOneGroup}`);
});
