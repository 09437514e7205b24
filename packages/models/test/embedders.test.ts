import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { melOfWindow } from '@consonance/audio';
import type { Embedder } from '../src/embedder.ts';
import { openEmbedder } from '../src/embedders/load.ts';
import { defaultEmbedder, describeEmbedder, embedderNames } from '../src/embedders/registry.ts';
import { tf } from '../src/tensorflow.ts';

const tone = (seconds: number, frequency: number, sampleRate: number): Float32Array =>
  Float32Array.from(
    { length: Math.round(seconds * sampleRate) },
    (_, i) => 0.3 * Math.sin((2 * Math.PI * frequency * i) / sampleRate) * Math.sin(i / 3000),
  );

for (const name of embedderNames) {
  describe(`the embedder ${name}`, () => {
    let embedder: Embedder;
    let tensors: number;
    const window = (samples: Float32Array, startSeconds = 0) => ({
      startSeconds,
      mel: melOfWindow(samples, embedder.frontEnd),
    });
    before(async () => {
      tensors = tf.memory().numTensors;
      embedder = await openEmbedder(name);
    });
    after(async () => {
      await embedder.close();
      assert.equal(tf.memory().numTensors, tensors, 'tensors are left behind');
    });

    test('is what its description says', async () => {
      const { modelId, dimensions, labels, frontEnd, title } = await describeEmbedder(name);
      assert.deepEqual(
        { modelId, dimensions, labels, frontEnd },
        {
          modelId: embedder.modelId,
          dimensions: embedder.dimensions,
          labels: embedder.labels,
          frontEnd: embedder.frontEnd,
        },
      );
      assert.ok(title.length > 0);
    });

    test('gives embeddings of length 1 and probabilities, for songs, silence and a moment', async () => {
      const { sampleRate } = embedder.frontEnd;
      const tracks = [
        [window(tone(29.12, 440, sampleRate)), window(tone(29.12, 1500, sampleRate), 40)],
        [window(tone(0.5, 300, sampleRate))],
        [window(new Float32Array(sampleRate))],
      ];
      const held = tf.memory().numTensors;
      const heard = await embedder.embed(tracks);
      assert.equal(tf.memory().numTensors, held);
      assert.deepEqual(await embedder.embed(tracks), heard, 'the same again');
      heard.forEach(({ embedding, genres, windowEmbeddings, windowGenres }, i) => {
        assert.equal(windowEmbeddings.length, tracks[i]!.length);
        assert.equal(windowGenres.length, tracks[i]!.length);
        for (const vector of [embedding, ...windowEmbeddings]) {
          assert.equal(vector.length, embedder.dimensions);
          assert.ok(Math.abs(Math.hypot(...vector) - 1) < 1e-5);
        }
        assert.deepEqual(Object.keys(genres), [...embedder.labels]);
        for (const p of Object.values(genres)) assert.ok(p >= 0 && p <= 1);
      });
      const [alone] = await embedder.embed([tracks[1]!]);
      assert.ok(alone!.embedding.every((v, k) => Math.abs(v - heard[1]!.embedding[k]!) < 1e-5));
    });

    test('refuses windows of another front end, naming the track', async () => {
      const bad = [{ startSeconds: 0, mel: new Float32Array(96) }];
      await assert.rejects(embedder.embed([bad]), { code: 'BAD_INPUT', message: /track 0/ });
    });
  });
}

describe('a model folder', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'consonance-embedder-'));
  });
  after(() => rm(folder, { recursive: true }));
  const copy = async (name: string) => {
    const { directory } = await describeEmbedder(name);
    const to = path.join(folder, name);
    await cp(directory, to, { recursive: true });
    return to;
  };

  test('may lie anywhere; damage is named', async () => {
    const timbre = await copy('timbre');
    const there = await openEmbedder(timbre);
    assert.equal(there.modelId, (await describeEmbedder('timbre')).modelId);
    await truncate(path.join(timbre, 'weights.safetensors'), 1000);
    await assert.rejects(openEmbedder(timbre), {
      code: 'BAD_MODEL',
      message: /weights\.safetensors .* damaged/,
    });
    await rm(path.join(timbre, 'weights.safetensors'));
    await assert.rejects(openEmbedder(timbre), {
      code: 'BAD_MODEL',
      message: /weights\.safetensors but could not read/,
    });
    const json = JSON.parse(await readFile(path.join(timbre, 'model.json'), 'utf8'));
    const rewrite = (change: object) =>
      writeFile(path.join(timbre, 'model.json'), JSON.stringify({ ...json, ...change }));
    await rewrite({ format: 99 });
    await assert.rejects(describeEmbedder(timbre), { code: 'BAD_MODEL', message: /format is 99/ });
    await rewrite({ frontEnd: { ...json.frontEnd, melBands: 0 } });
    await assert.rejects(describeEmbedder(timbre), { code: 'BAD_MODEL', message: /melBands/ });
    await assert.rejects(describeEmbedder(path.join(folder, 'nowhere')), { code: 'BAD_MODEL' });
  });

  test('a fusion refuses a network that it was not fitted to', async () => {
    const fusion = await copy('fusion');
    const file = path.join(fusion, 'model.json');
    const json = JSON.parse(await readFile(file, 'utf8'));
    const crnn = (await describeEmbedder('crnn-compact')).directory;
    for (const part of json.parts) {
      if (part.kind !== 'network') continue;
      part.folder = path.relative(fusion, crnn);
      part.modelId = 'crnn-000000000000';
    }
    await writeFile(file, JSON.stringify(json));
    await assert.rejects(openEmbedder(fusion), {
      code: 'BAD_MODEL',
      message: /crnn-000000000000 for the network/,
    });
  });
});

test('the default is one of those that ship', () => {
  assert.ok(embedderNames.includes(defaultEmbedder));
});
