import assert from 'node:assert/strict';
import { basename, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  emptyLibrary,
  statisticsEmbedder,
  temporaryFolder,
  wav,
  wavReader,
  write,
} from './helpers.ts';

async function scanned(t: TestContext, files: Record<string, Buffer | string>) {
  const library = await emptyLibrary();
  const folder = await temporaryFolder(t);
  for (const [name, content] of Object.entries(files)) await write(join(folder, name), content);
  await library.scan([folder]);
  const work = (options = {}) =>
    library.work({
      ...{ audio: wavReader, embedder: statisticsEmbedder(), concurrency: 4, untilEmpty: true },
      ...options,
    });
  const failures = async () =>
    Object.fromEntries((await library.failures()).map(({ path, code }) => [basename(path), code]));
  return { library, folder, work, failures };
}

test('two workers share what is pending, and each file is analysed once', async (t) => {
  const songs = Array.from({ length: 30 }, (_, i) => [`${i}.wav`, wav(100 + 10 * i)] as const);
  const { library, work, failures } = await scanned(t, {
    ...Object.fromEntries(songs),
    'copy.wav': songs[0]![1],
    'bad.mp3': 'nothing',
  });
  const decoded: string[] = [];
  const audio = {
    analyze(path: string) {
      decoded.push(basename(path));
      return wavReader.analyze(path);
    },
  };
  const changed: string[] = [];
  const onChange = (ids: readonly string[]) => void changed.push(...ids);
  await Promise.all([work({ audio, onChange }), work({ audio, onChange })]);
  assert.equal(decoded.length, 31);
  assert.equal(new Set(decoded).size, 31);
  assert.equal(new Set(changed).size, 32);
  assert.deepEqual(await failures(), { 'bad.mp3': 'NOT_AUDIO' });
  const [model] = (await library.status()).models;
  assert.deepEqual(model, { modelId: 'statistics', analysed: 31, failed: 1, pending: 0 });
  await work();
  assert.equal(decoded.length, 31);
});

test('what no worker can finish is tried again, then set aside; the rest goes on', async (t) => {
  const { work, failures, library } = await scanned(t, {
    'a.wav': wav(100),
    'poison.wav': wav(200),
  });
  let attempts = 0;
  const audio = {
    analyze(path: string) {
      if (basename(path) !== 'poison.wav') return wavReader.analyze(path);
      attempts += 1;
      return Promise.reject(new Error('as if the worker had died'));
    },
  };
  const problems: unknown[] = [];
  await work({ audio, onProblem: (error: unknown) => problems.push(error) });
  assert.ok(attempts > 1 && attempts <= 4, `${attempts} attempts`);
  assert.equal(problems.length, attempts);
  assert.deepEqual(await failures(), { 'poison.wav': 'QUARANTINED' });
  assert.equal((await library.features('statistics')).ids.length, 1);
  await library.analyze({ audio: wavReader, embedder: statisticsEmbedder(), retryFailures: true });
  assert.deepEqual(await failures(), {});
});

test('a worker sees the files where its machine has them, and blames none that it lacks', async (t) => {
  const { library, folder, work } = await scanned(t, { 'a.wav': wav(100) });
  const elsewhere = await temporaryFolder(t);
  const localPath = (path: string) => join(elsewhere, basename(path));
  const stop = new AbortController();
  const problems: unknown[] = [];
  const onProblem = (error: unknown) => {
    problems.push(error);
    stop.abort();
  };
  await work({ localPath, onProblem, signal: stop.signal });
  assert.match(String(problems[0]), /a\.wav is not there on this machine/);
  assert.deepEqual(await library.failures(), []);
  assert.equal((await library.tracks({ status: 'pending' })).total, 1);
  await library.forget([folder]);
});
