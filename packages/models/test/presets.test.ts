import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { frontEndFrames } from '@consonance/audio';
import { paperLabels } from '../src/data/labels.ts';
import { frontEnds } from '../src/front-end.ts';
import { type NetworkConfig, parameterCount, sequenceSteps } from '../src/network-config.ts';
import {
  type Architecture,
  largestPools,
  type Preset,
  presetNetwork,
  presets,
} from '../src/presets.ts';

const [frontEnd, choi] = [frontEnds[22050], frontEnds[12000]];
const network = (architecture: Architecture, preset: Preset, change = {}) =>
  presetNetwork({
    architecture,
    preset,
    frontEnd,
    cropFrames: 628,
    labels: paperLabels,
    ...change,
  });

test('CNN and CRNN of one size have the size that they are named by, and the same within 2 %', () => {
  const counts = presets
    .filter((preset) => preset !== 'compact')
    .map((preset) => [
      preset,
      parameterCount(network('cnn', preset)),
      parameterCount(network('crnn', preset)),
    ]);
  assert.deepEqual(counts, [
    ['0.1M', 100_384, 102_028],
    ['0.25M', 249_021, 247_711],
    ['0.5M', 488_538, 493_711],
    ['1M', 991_321, 995_515],
  ]);
  for (const [, cnn, crnn] of counts as [string, number, number][])
    assert.ok(Math.abs(crnn / cnn - 1) < 0.02);
});

test('with 50 labels, 0.5M has exactly the parameters of Choi et al. 2017', () => {
  const labels = Array.from({ length: 50 }, (_, i) => `${i}`);
  // They count a bias for each convolution channel (of no effect before batch normalisation), running mean and
  // variance of each channel, and a batch normalisation of the 96 bands, which is `standardize` here.
  const published = (config: NetworkConfig) => {
    const channels = config.convolutions.reduce((sum, { channels }) => sum + channels, 0);
    return parameterCount(config) + 3 * channels + 4 * 96;
  };
  assert.equal(published(network('cnn', '0.5M', { labels })), 498_842);
  assert.equal(published(network('crnn', '0.5M', { labels })), 498_499);
});

describe('pooling', () => {
  const pools = (config: NetworkConfig) => config.convolutions.map(({ pool }) => pool.join('x'));

  test("is the paper's for the paper's front end", () => {
    const change = { frontEnd: choi, cropFrames: frontEndFrames(choi) };
    assert.deepEqual(pools(network('cnn', '1M', change)), ['2x4', '2x4', '2x4', '3x5', '4x4']);
    assert.deepEqual(pools(network('crnn', '1M', change)), ['2x2', '3x3', '4x4', '4x4']);
  });

  test('leaves the CNN one cell for a training input, the CRNN steps of up to 2.048 s', () => {
    for (const rate of [12000, 16000, 22050] as const) {
      const frontEnd = frontEnds[rate];
      for (const cropFrames of [256, frontEndFrames(frontEnd)]) {
        assert.equal(
          sequenceSteps(network('cnn', '0.1M', { frontEnd, cropFrames }), cropFrames),
          1,
        );
      }
      const frames = sequenceSteps(network('crnn', '0.1M', { frontEnd }), frontEndFrames(frontEnd));
      assert.ok(frames >= 14 && frames <= 17, `${frames}`);
    }
  });

  test('is the largest that fits', () => {
    const product = (pools: number[]) => pools.reduce((a, b) => a * b, 1);
    const anyMaxima = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(anyMaxima, fc.integer({ min: 1, max: 300 }), (maxima, limit) => {
        const found = largestPools(maxima, limit);
        const all = maxima.reduce<number[]>(
          (products, most) =>
            products.flatMap((p) => Array.from({ length: most }, (_, i) => p * (i + 1))),
          [1],
        );
        assert.ok(found.every((pool, i) => pool >= 1 && pool <= maxima[i]!));
        assert.equal(product(found), Math.max(...all.filter((p) => p <= limit)));
      }),
    );
  });
});

test('names and combinations that do not exist are refused', () => {
  assert.throws(() => network('rnn' as never, '1M'), /one of cnn, crnn for architecture .*"rnn"/);
  assert.throws(() => network('cnn', '2M' as never), /for preset but received "2M"/);
  assert.throws(() => network('cnn', 'compact'), /belong to the architecture crnn/);
  assert.throws(() => network('cnn', '1M', { gruLayers: 1 }), /belong to the architecture crnn/);
});
