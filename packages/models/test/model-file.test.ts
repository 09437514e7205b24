import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { promisify } from 'node:util';
import {
  defaultEmbedder,
  defaultModelDirectory,
  ModelError,
  readModel,
  startEmbedder,
} from '../src/index.ts';
import { loadEmbedder } from '../src/embedder.ts';
import { frontEndFrames, frontEndValues, type Mel, type MelWindow } from '@consonance/audio';
import { sweep } from './sweep.ts';

const modelsModule = new URL('../src/index.ts', import.meta.url).href;

describe('the shipped model', () => {
  test('describes itself: seven genres, 64 dimensions, an id of its content', async () => {
    const model = await readModel(defaultModelDirectory);
    assert.deepEqual(model.labels, [
      'classical',
      'electronic',
      'folk',
      'hip-hop',
      'instrumental',
      'jazz',
      'rock',
    ]);
    assert.equal(model.dimensions, 64);
    assert.match(model.modelId, /^crnn-[0-9a-f]{12}$/);
  });

  test('embeds a known window as it did when it was shipped, whatever else is in the batch', async () => {
    const embedder = await loadEmbedder(defaultModelDirectory);
    const { frontEnd } = embedder;
    const window = { startSeconds: 0, mel: sweep(frontEnd.melBands, frontEndFrames(frontEnd)) };
    const silence = { startSeconds: 0, mel: new Float32Array(window.mel.length).fill(-100) };
    const [alone] = await embedder.embed([[window]]);
    const [, among] = await embedder.embed([[silence], [window], [window, silence]]);
    const golden = JSON.parse(
      await readFile(path.join(import.meta.dirname, 'golden', 'sweep.json'), 'utf8'),
    );
    assert.equal(embedder.modelId, golden.modelId);
    for (const result of [alone!, among!]) {
      assert.ok(Math.abs(Math.hypot(...result.embedding) - 1) < 1e-5);
      result.embedding.forEach((value, i) =>
        assert.ok(Math.abs(value - golden.embedding[i]) < 1e-4, `${i}`),
      );
      for (const [label, p] of Object.entries(result.genres))
        assert.ok(Math.abs(p - golden.genres[label]) < 1e-4);
    }
    await embedder.close();
  });

  test('refuses windows of another size and tracks without windows', async () => {
    const embedder = await loadEmbedder(defaultModelDirectory);
    const wrong = [{ startSeconds: 0, mel: new Float32Array(5) }];
    await assert.rejects(embedder.embed([wrong]), /mel values a window for track 0 but received 5/);
    await assert.rejects(embedder.embed([[]]), /at least one window for track 0/);
    await embedder.close();
  });
});

describe('a damaged model', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'consonance-model-'));
  });
  beforeEach(() => cp(defaultModelDirectory, folder, { recursive: true, force: true }));
  after(() => rm(folder, { recursive: true }));
  const isBad = (pattern: RegExp) => (error: unknown) =>
    error instanceof ModelError && error.code === 'BAD_MODEL' && pattern.test(error.message);

  test('is named: weights changed, weights gone, JSON cut, another format, no folder', async () => {
    const weights = path.join(folder, 'weights.safetensors');
    const json = path.join(folder, 'model.json');
    const bytes = await readFile(weights);
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(weights, bytes);
    await assert.rejects(loadEmbedder(folder), isBad(/weights\.safetensors .* damaged/));
    await rm(weights);
    await assert.rejects(loadEmbedder(folder), isBad(/weights\.safetensors but could not read/));
    const text = await readFile(json, 'utf8');
    await writeFile(json, text.slice(0, 100));
    await assert.rejects(readModel(folder), isBad(/cannot be read as JSON/));
    await writeFile(json, text.replace(/"format":\d+/, '"format":99'));
    await assert.rejects(readModel(folder), isBad(/format is 99/));
    await assert.rejects(readModel(path.join(folder, 'nowhere')), isBad(/nowhere/));
  });

  test('is named by the process that would load it', async () => {
    const weights = path.join(folder, 'weights.safetensors');
    await writeFile(weights, 'x');
    await assert.rejects(startEmbedder(folder), /damaged/);
  });
});

test('a process that dies rejects the calls that wait; the next one has another', async () => {
  const embedder = await startEmbedder(defaultModelDirectory);
  const { frontEnd } = embedder;
  const window = { startSeconds: 0, mel: sweep(frontEnd.melBands, frontEndFrames(frontEnd)) };
  const waiting = embedder.embed(Array.from({ length: 40 }, () => [window]));
  process.kill(embedder.pid, 'SIGKILL');
  await assert.rejects(waiting, (error) => error instanceof ModelError && error.code === 'CRASHED');
  const dead = embedder.pid;
  const results = await Promise.all([embedder.embed([[window]]), embedder.embed([[window]])]);
  assert.deepEqual(results[0], results[1]);
  assert.notEqual(embedder.pid, dead);
  await embedder.close();
  await assert.rejects(embedder.embed([[window]]), { code: 'CRASHED' });
});

test('a process that the system refuses to start rejects with NOT_STARTED', async () => {
  const embedder = await startEmbedder(defaultModelDirectory);
  const { frontEnd } = embedder;
  const window = { startSeconds: 0, mel: sweep(frontEnd.melBands, frontEndFrames(frontEnd)) };
  const { execPath } = process;
  process.execPath = '/nowhere/node';
  try {
    const refused = { code: 'NOT_STARTED', message: /could not start .*ENOENT/ };
    await assert.rejects(startEmbedder(defaultModelDirectory), refused);
    process.kill(embedder.pid, 'SIGKILL');
    await assert.rejects(embedder.embed([[window]]), { code: 'CRASHED' });
    await assert.rejects(embedder.embed([[window]]), refused);
  } finally {
    process.execPath = execPath;
  }
  assert.equal((await embedder.embed([[window]])).length, 1);
  await embedder.close();
});

test('without file descriptors for a process this one goes on', async () => {
  const script = `
    const { openSync, closeSync } = await import('node:fs');
    const { startEmbedder, defaultModelDirectory } = await import('${modelsModule}');
    const open = [];
    try {
      for (;;) open.push(openSync('/dev/null'));
    } catch {
      for (const descriptor of open.slice(-4)) closeSync(descriptor);
    }
    await startEmbedder(defaultModelDirectory).catch(({ message }) => console.log(message));`;
  const command = 'ulimit -n 100 && exec "$0" --input-type=module -e "$1"';
  const { stdout } = await promisify(execFile)('sh', ['-c', command, process.execPath, script]);
  assert.match(stdout, /could not start .*EMFILE/);
});

test('spectrograms in files of several calls at once are not mixed up', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'consonance-mels-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const embedder = await startEmbedder(defaultEmbedder);
  t.after(() => embedder.close());
  const length = frontEndValues(embedder.frontEnd);
  const tracks: { given: MelWindow[]; stored: MelWindow<Mel>[] }[] = [];
  for (const step of [0.1, 0.2, 0.3]) {
    const mel = Float32Array.from({ length }, (_, i) => -40 + 30 * Math.sin(step * i));
    const window = { startSeconds: 0, mel };
    const file = path.join(folder, `${step}`);
    await writeFile(file, new Uint8Array(mel.buffer));
    const stored = { startSeconds: 0, mel: { file, offset: 0, length } };
    tracks.push({ given: Array(12).fill(window), stored: Array(12).fill(stored) });
  }
  const expected = [];
  for (const { given } of tracks) expected.push(await embedder.embed([given]));
  assert.notDeepEqual(expected[0], expected[1]);
  const results = await Promise.all(tracks.map(({ stored }) => embedder.embed([stored])));
  assert.deepEqual(results, expected);
});
