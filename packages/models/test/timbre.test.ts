import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { melOfWindow } from '@consonance/audio';
import { delta, mfcc, timbreDimensions, timbreStatistics } from '../src/embedders/timbre.ts';
import { defaultFrontEnd } from '../src/front-end.ts';

const file = path.join(import.meta.dirname, 'golden', 'timbre', 'golden.json');
const golden = JSON.parse(await readFile(file, 'utf8')) as Record<'mfcc' | 'delta', number[][]>;

test("MFCCs and their slopes are librosa's", () => {
  const bands = Array.from({ length: 24 }, (_, band) =>
    Float64Array.from(
      { length: 30 },
      (_, frame) =>
        -40 +
        15 * Math.sin(0.7 * band + 0.3 * frame) -
        0.5 * band +
        4 * Math.cos(0.05 * band * frame),
    ),
  );
  const cepstra = mfcc(bands, 20);
  assertClose(cepstra, golden.mfcc);
  assertClose(cepstra.map(delta), golden.delta);
});

function assertClose(actual: readonly Float64Array[], expected: number[][]): void {
  assert.equal(actual.length, expected.length);
  actual.forEach((row, i) => {
    assert.equal(row.length, expected[i]!.length);
    row.forEach((value, k) => assert.ok(Math.abs(value - expected[i]![k]!) < 1e-9, `${i}, ${k}`));
  });
}

const statistics = (samples: Float32Array) =>
  timbreStatistics(melOfWindow(samples, defaultFrontEnd), defaultFrontEnd);

/** A tremolo of 3 Hz on noise-like partials. */
const sound = (seconds: number, gain = 0.1): Float32Array =>
  Float32Array.from({ length: seconds * 22050 }, (_, i) => {
    const time = i / 22050;
    const level = gain * (1 + 0.8 * Math.sin(2 * Math.PI * 3 * time));
    return level * Math.sin(2 * Math.PI * 220 * time + 5 * Math.sin(2 * Math.PI * 133 * time));
  });

test('neither the level nor the silence behind a short sound changes much', () => {
  const [loud, soft] = [statistics(sound(29)), statistics(sound(29, 0.01))];
  const short = statistics(sound(15));
  const other = statistics(sound(29).map((value, i) => value * Math.sin(0.9 * i)));
  const distance = (a: Float32Array, b: Float32Array) => Math.hypot(...a.map((v, i) => v - b[i]!));
  assert.equal(loud.length, timbreDimensions);
  assert.ok(distance(loud, soft) < 0.1 * distance(loud, other), 'level');
  assert.ok(distance(loud, short) < 0.5 * distance(loud, other), 'length');
});

test('a tremolo is loudest in its octave of modulation', () => {
  // Octaves end at 10.8 Hz, 5.4 Hz, 2.7 Hz...: 3 Hz lies in the last but one. The lowest group has the sound.
  const octaves = statistics(sound(29)).slice(76, 83);
  assert.equal(octaves.indexOf(Math.max(...octaves)), 5);
});

for (const [name, samples] of Object.entries({
  silence: new Float32Array(22050),
  'one sample': Float32Array.of(1),
  'nothing at all': new Float32Array(0),
})) {
  test(`${name} has finite statistics`, () => {
    assert.ok(statistics(samples).every(Number.isFinite));
  });
}
