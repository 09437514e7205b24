import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import {
  melFilterbank,
  melSpectrogram,
  powerSpectrogram,
  stft,
  type MelOptions,
} from '../src/index.ts';
import { native } from '../src/native.ts';
import { goldenCases, goldenSignal, goldenValues, worstDecibels } from './golden.ts';

// What README.md promises. Single precision cannot keep 1e-4 dB next to a loud tone: see there.
const toleranceDecibels = { float64: 1e-4, float32: 5e-3 };

for (const isa of native.instructionSets()) {
  for (const precision of ['float64', 'float32'] as const) {
    describe(`librosa parity on ${isa}, ${precision}`, () => {
      for (const golden of goldenCases('melSpectrogram')) {
        test(`${golden.signal}, ${golden.samples} samples: ${golden.call}`, () => {
          const signal = goldenSignal(golden);
          const options: MelOptions = { ...golden.options, precision };
          const extractor = new native.MelExtractor(options, isa);
          const [melBands, frames] = golden.shape as [number, number];
          assert.equal(extractor.frames(signal), frames);
          const output = new Float32Array(melBands * frames);
          extractor.compute(signal, output);
          const worst = worstDecibels(output, goldenValues(golden), options.power ?? 2);
          assert.ok(worst < toleranceDecibels[precision], `${worst} dB`);
        });
      }

      for (const golden of goldenCases('powerSpectrogram')) {
        test(`${golden.samples} samples: ${golden.call}`, () => {
          const { power, ...options } = { ...golden.options, precision };
          const transform = new native.Stft(options, isa);
          const output = new Float32Array(
            transform.bins() * transform.frames(goldenSignal(golden)),
          );
          transform.spectrogram(goldenSignal(golden), { power }, output);
          const worst = worstDecibels(output, goldenValues(golden), power);
          assert.ok(worst < toleranceDecibels[precision], `${worst} dB`);
        });
      }

      for (const golden of goldenCases('stft')) {
        test(`${golden.samples} samples: ${golden.call}`, () => {
          const transform = new native.Stft({ ...golden.options, precision }, isa);
          const expected = goldenValues(golden);
          const size = expected.length / 2;
          const real = new Float32Array(size);
          const imag = new Float32Array(size);
          transform.transform(goldenSignal(golden), real, imag);
          const loudest = expected.reduce((max, x) => Math.max(max, Math.abs(x)), 0);
          const near = (ours: Float32Array, theirs: Float32Array) =>
            ours.every((x, i) => Math.abs(x - theirs[i]!) <= 1e-6 * loudest);
          assert.ok(near(real, expected.subarray(0, size)), 'real parts');
          assert.ok(near(imag, expected.subarray(size)), 'imaginary parts');
        });
      }
    });
  }
}

describe('librosa parity of the public functions', () => {
  for (const golden of goldenCases('melFilterbank')) {
    test(golden.call, () => {
      const { data, melBands, bins } = melFilterbank(golden.options);
      assert.deepEqual([melBands, bins], golden.shape);
      const expected = goldenValues(golden);
      const peak = expected.reduce((max, x) => Math.max(max, x), 0);
      assert.ok(data.every((x, i) => Math.abs(x - expected[i]!) <= 1e-6 * peak));
    });
  }

  for (const name of ['powerToDecibels', 'amplitudeToDecibels'] as const) {
    for (const golden of goldenCases(name)) {
      for (const isa of native.instructionSets()) {
        test(`${golden.call}, ${JSON.stringify(golden.options)} on ${isa}`, () => {
          const expected = goldenValues(golden);
          const signal = goldenSignal(golden);
          const actual = new Float32Array(signal.length);
          native[name](signal, golden.options, actual, isa);
          assert.ok(actual.every((x, i) => Math.abs(x - expected[i]!) < 2e-5));
        });
      }
    }
  }

  test('melSpectrogram, powerSpectrogram and stft return what the extractors compute', () => {
    const mel = goldenCases('melSpectrogram')[0]!;
    const spectrogram = melSpectrogram(goldenSignal(mel), mel.options);
    assert.deepEqual([spectrogram.rows, spectrogram.frames], mel.shape);
    assert.ok(worstDecibels(spectrogram.data, goldenValues(mel), 2) < 1e-4);

    const power = goldenCases('powerSpectrogram').find((golden) => golden.options.power === 2)!;
    const result = powerSpectrogram(goldenSignal(power), power.options);
    assert.deepEqual([result.rows, result.frames], power.shape);
    assert.ok(worstDecibels(result.data, goldenValues(power), 2) < 1e-4);

    const complex = goldenCases('stft')[0]!;
    const { bins, frames, real, imag } = stft(goldenSignal(complex), complex.options);
    assert.deepEqual([2, bins, frames], complex.shape);
    assert.ok(worstDecibels(real, goldenValues(complex).subarray(0, bins * frames), 1) < 1e-3);
    assert.equal(imag.length, bins * frames);
  });
});
