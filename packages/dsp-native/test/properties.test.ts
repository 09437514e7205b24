import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { melSpectrogram, powerSpectrogram, stft } from '../src/index.ts';
import { noise } from './signals.ts';

const sizes = fc.constantFrom(2, 6, 16, 100, 254, 256, 400, 882);
const signals = fc
  .record({ samples: fc.integer({ min: 1, max: 1500 }), seed: fc.nat() })
  .map(({ samples, seed }) => noise(samples, seed));
const padModes = fc.constantFrom('constant' as const, 'reflect' as const);

const close = (a: number, b: number, scale: number) => Math.abs(a - b) <= 1e-5 * scale + 1e-9;

test('Parseval: the energy of a frame is that of its bins', () => {
  fc.assert(
    fc.property(sizes, fc.nat(), (fftSize, seed) => {
      const signal = noise(fftSize, seed);
      const { data, rows } = powerSpectrogram(signal, { fftSize, center: false });
      const energy = signal.reduce((sum, x, i) => {
        const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / fftSize);
        return sum + (x * window) ** 2;
      }, 0);
      const inner = data.subarray(1, rows - 1).reduce((sum, x) => sum + 2 * x, 0);
      const total = (data[0]! + inner + data[rows - 1]!) / fftSize;
      assert.ok(close(total, energy, energy), `${total} ${energy}`);
    }),
  );
});

test('the STFT is linear', () => {
  fc.assert(
    fc.property(sizes, signals, padModes, fc.nat(), (fftSize, signal, padMode, seed) => {
      const other = noise(signal.length, seed);
      const options = { fftSize, hopLength: 50, padMode };
      const sum = stft(
        signal.map((x, i) => 0.5 * x + 0.25 * other[i]!),
        options,
      );
      const [first, second] = [stft(signal, options), stft(other, options)];
      for (const part of ['real', 'imag'] as const) {
        sum[part].forEach((value, i) => {
          const expected = 0.5 * first[part][i]! + 0.25 * second[part][i]!;
          assert.ok(close(value, expected, Math.sqrt(fftSize)));
        });
      }
    }),
    { numRuns: 50 },
  );
});

test('a delay by one hop moves every whole frame by one', () => {
  fc.assert(
    fc.property(signals, fc.integer({ min: 1, max: 300 }), (signal, hopLength) => {
      const options = { fftSize: 256, hopLength, sampleRate: 12000, melBands: 20 };
      const delayed = new Float32Array(signal.length + hopLength);
      delayed.set(signal, hopLength);
      const before = melSpectrogram(signal, options);
      const after = melSpectrogram(delayed, options);
      assert.equal(after.frames, before.frames + 1);
      for (let band = 0; band < 20; ++band) {
        for (let t = 0; t < before.frames; ++t) {
          const a = before.data[band * before.frames + t]!;
          const b = after.data[band * after.frames + t + 1]!;
          assert.ok(close(a, b, a));
        }
      }
    }),
  );
});
