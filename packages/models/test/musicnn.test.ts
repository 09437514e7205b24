/** Parity with the Python package musicnn; golden/musicnn/generate.py wrote its answers. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { melOfWindow } from '@consonance/audio';
import { musicnnFrontEnd, musicnnWeights } from '../src/musicnn/embedder.ts';
import { type Features, forward, loadWeights, toTensor } from '../src/musicnn/network.ts';
import { patchesOf } from '../src/musicnn/patches.ts';
import { tags } from '../src/musicnn/tags.ts';
import { readTensors } from '../src/tensor-file.ts';
import { tf } from '../src/tensorflow.ts';

type Answers = Partial<Record<keyof Features, number[][]>>;
interface Golden {
  labels: string[];
  patches: Answers;
  signal: Answers;
  package: Answers;
}

const file = path.join(import.meta.dirname, 'golden', 'musicnn', 'golden.json');
const golden = JSON.parse(await readFile(file, 'utf8')) as Golden;
const weights = loadWeights(await readTensors(musicnnWeights));

test('the tags are those of the package, in its order', () => {
  assert.deepEqual(tags, golden.labels);
});

test('the same patches give the same features in every layer that the embedder may use', async () => {
  const values = new Float32Array(2 * 187 * 96);
  const random = noise();
  let at = 0;
  for (let patch = 0; patch < 2; patch++) {
    for (let frame = 0; frame < 187; frame++) {
      for (let band = 0; band < 96; band++) {
        values[at++] = 1 + Math.sin(0.05 * (patch + 1) * frame + 0.11 * band) + random();
      }
    }
  }
  // float32 sums in another order: 3e-6 of the largest value was seen.
  await assertClose(values, golden.patches, 1e-5);
});

test('the same samples give the same features', async () => {
  // The package rounds its mel spectrogram to float16; without that, only our STFT differs.
  await assertClose(patchesOf(mel(signal())), golden.signal, 1e-4);
});

test("the same samples give what the package's own extractor gives, but for its float16", async () => {
  await assertClose(patchesOf(mel(signal())), golden.package, 1e-3);
});

/** Asserts that the largest error is below `tolerance` times the largest value of the feature. */
async function assertClose(patches: Float32Array, expected: Answers, tolerance: number) {
  const features = tf.tidy(() => ({ ...forward(weights, toTensor(patches)) }));
  for (const name of Object.keys(expected) as (keyof Features)[]) {
    const wanted = expected[name]!.flat();
    const actual = (await features[name].data()).subarray(0, wanted.length);
    assert.equal(actual.length, wanted.length, name);
    const largest = Math.max(...wanted.map(Math.abs));
    const error = Math.max(...wanted.map((value, i) => Math.abs(value - actual[i]!)));
    assert.ok(error <= tolerance * largest, `${name}: ${error} with values up to ${largest}`);
  }
}

const mel = (samples: Float32Array): Float32Array => melOfWindow(samples, musicnnFrontEnd);

/** Uniform in [0, 1), by the linear congruential generator of Numerical Recipes. */
function noise(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** 6.5 s at 16 kHz: a chord with a tremolo, and noise in bursts. */
function signal(): Float32Array {
  const random = noise();
  return Float32Array.from({ length: 6.5 * 16000 }, (_, i) => {
    const time = i / 16000;
    const sine = (frequency: number) => Math.sin(2 * Math.PI * frequency * time);
    const chord = sine(220) + sine(277) + sine(330) + sine(1760);
    const grain = random() - 0.5;
    const burst = Math.floor(4 * time) % 2 === 0 ? grain : 0;
    return 0.05 * chord * (1 + 0.5 * sine(3)) + 0.1 * burst;
  });
}
