import assert from 'node:assert/strict';
import { copyFile, mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { frontEndFrames, type MelWindow, melOfWindow } from '@consonance/audio';
import { loadMusicnn, musicnnFrontEnd, musicnnWeights } from '../src/musicnn/embedder.ts';
import { patchesOf } from '../src/musicnn/patches.ts';
import { tf } from '../src/tensorflow.ts';

const patchValues = 187 * 96;
const embedder = await loadMusicnn();
after(() => embedder.close());

const window = (samples: Float32Array): MelWindow => ({
  startSeconds: 0,
  mel: melOfWindow(samples, musicnnFrontEnd),
});
const tone = (seconds: number, frequency: number): Float32Array =>
  Float32Array.from(
    { length: seconds * 16000 },
    (_, i) => 0.3 * Math.sin((2 * Math.PI * frequency * i) / 16000),
  );
const cosine = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);

test('an embedding has 200 numbers and length 1; tags are probabilities', async () => {
  const [{ embedding, genres, windowEmbeddings }] = (await embedder.embed([
    [window(tone(29.12, 440)), window(tone(29.12, 2000))],
  ])) as [Awaited<ReturnType<typeof embedder.embed>>[number]];
  assert.equal(embedding.length, embedder.dimensions);
  assert.equal(windowEmbeddings.length, 2);
  for (const vector of [embedding, ...windowEmbeddings]) {
    assert.ok(Math.abs(Math.hypot(...vector) - 1) < 1e-6);
  }
  assert.ok(
    cosine(windowEmbeddings[0]!, windowEmbeddings[1]!) < 0.99,
    'another tone, another embedding',
  );
  assert.deepEqual(Object.keys(genres), [...embedder.labels]);
  for (const probability of Object.values(genres)) assert.ok(probability >= 0 && probability <= 1);
});

test('tracks of one call do not influence each other', async () => {
  const tracks = [[window(tone(6, 300))], [window(tone(29.12, 900))]];
  const together = await embedder.embed(tracks);
  const alone = await Promise.all(tracks.map(async (track) => (await embedder.embed([track]))[0]));
  assert.deepEqual(together, alone);
  assert.deepEqual(await embedder.embed([]), []);
});

test('the silence that pads a short track does not count', async () => {
  const [short, whole] = await embedder.embed([[window(tone(9, 440))], [window(tone(29.12, 440))]]);
  assert.ok(cosine(short!.embedding, whole!.embedding) > 0.99);
});

test('patches lie one after the other; what is left over is dropped', () => {
  const frames = frontEndFrames(musicnnFrontEnd);
  const mel = Float32Array.from(
    { length: 96 * frames },
    (_, i) => 1 + (i % frames) + 10_000 * Math.floor(i / frames),
  );
  const patches = patchesOf(mel);
  assert.equal(patches.length, 9 * patchValues);
  // The first frame of the second patch, band 5.
  assert.ok(Math.abs(patches[patchValues + 5]! * Math.LN10 - (1 + 187 + 50_000)) < 0.01);
});

test('a track shorter than a patch is repeated', () => {
  const patches = patchesOf(window(tone(1, 440)).mel);
  assert.equal(patches.length, patchValues);
  // 1 s is 63 frames and a last one that reaches half into it.
  assert.deepEqual(patches.subarray(0, 60 * 96), patches.subarray(64 * 96, 124 * 96));
});

for (const [name, samples] of Object.entries({
  silence: new Float32Array(16000),
  'one sample': Float32Array.of(1),
  'full scale, clipped': tone(29.12, 100).map(Math.sign),
})) {
  test(`${name} has a finite embedding`, async () => {
    const [track] = await embedder.embed([[window(samples)]]);
    assert.ok(Math.abs(Math.hypot(...track!.embedding) - 1) < 1e-6);
    assert.ok(Object.values(track!.genres).every(Number.isFinite));
  });
}

test('a window of another front end, or none, names the track', async () => {
  const good = [window(tone(6, 440))];
  const code = 'BAD_INPUT';
  const short = [{ startSeconds: 0, mel: new Float32Array(96) }];
  await assert.rejects(embedder.embed([good, short]), {
    code,
    message: /track 1 but received \[96\]/,
  });
  await assert.rejects(embedder.embed([[]]), { code, message: /track 0 but received \[\]/ });
});

test('missing and damaged weights are named', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'consonance-musicnn-'));
  try {
    const file = path.join(folder, 'weights.safetensors');
    await assert.rejects(loadMusicnn(file), {
      code: 'BAD_MODEL',
      message: /weights\.safetensors.*npm run setup/,
    });
    await copyFile(musicnnWeights, file);
    await truncate(file, 1_000_000);
    await assert.rejects(loadMusicnn(file), {
      code: 'BAD_MODEL',
      message: /weights\.safetensors is damaged/,
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('neither embedding nor closing leaves tensors behind', async () => {
  const before = tf.memory().numTensors;
  const other = await loadMusicnn();
  const loaded = tf.memory().numTensors;
  await other.embed([[window(tone(6, 440))]]);
  assert.equal(tf.memory().numTensors, loaded);
  await other.close();
  assert.equal(tf.memory().numTensors, before);
  assert.equal(other.modelId, embedder.modelId);
});
