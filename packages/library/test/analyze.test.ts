import assert from 'node:assert/strict';
import { rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { AudioError, type FrontEnd, analyzeFile } from '@consonance/audio';
import { type Embedder, ModelError } from '@consonance/models';
import fc from 'fast-check';
import { batching } from '../src/batching.ts';
import type { AnalysisProgress, AnalyzeOptions, Failure, Library } from '../src/index.ts';
import { ProgressMeter } from '../src/progress.ts';
import {
  emptyLibrary,
  statisticsEmbedder,
  temporaryFolder,
  wav,
  wavReader,
  write,
} from './helpers.ts';

interface Setting {
  library: Library;
  folder: string;
  analyze: (options?: Partial<AnalyzeOptions>) => Promise<AnalysisProgress>;
  failures: () => Promise<Record<string, string>>;
}

/** A scanned folder with these files. */
async function setting(t: TestContext, files: Record<string, Buffer | string>): Promise<Setting> {
  const library = await emptyLibrary();
  const folder = await temporaryFolder(t);
  for (const [name, content] of Object.entries(files)) await write(join(folder, name), content);
  await library.scan([folder]);
  return {
    library,
    folder,
    analyze: (options) =>
      library.analyze({ audio: wavReader, embedder: statisticsEmbedder(), ...options }),
    failures: async () =>
      Object.fromEntries(
        (await library.failures()).map(({ path, code }) => [basename(path), code]),
      ),
  };
}

const songs = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${i}.wav`, wav(100 + 10 * i)]));

function checkCounts({ total, done, analysed, reused, failed }: AnalysisProgress): void {
  assert.equal(done, analysed + reused + failed);
  assert.ok(done <= total);
}

test('good files are analysed, bad ones listed with a reason, once', async (t) => {
  const { library, analyze, failures } = await setting(t, {
    ...songs(3),
    'empty.mp3': '',
    'text.mp3': 'not music',
  });
  const result = await analyze();
  assert.partialDeepStrictEqual(result, {
    phase: 'finished',
    total: 5,
    done: 5,
    analysed: 3,
    failed: 2,
  });
  assert.deepEqual(await failures(), { 'empty.mp3': 'EMPTY', 'text.mp3': 'NOT_AUDIO' });
  assert.equal((await library.features('statistics')).ids.length, 3);
  assert.deepEqual((await library.status()).models, [
    { modelId: 'statistics', analysed: 3, failed: 2, pending: 0 },
  ]);
  assert.equal((await analyze()).total, 0);
});

test('with the real decoder: good files are analysed, bad ones are failures', async (t) => {
  const library = await emptyLibrary();
  const folder = await temporaryFolder(t);
  const frontEnd: FrontEnd = {
    sampleRate: 12_000,
    fftSize: 512,
    hopLength: 256,
    melBands: 96,
    fMin: 0,
    fMax: 6000,
    melScale: 'slaney',
    melNorm: 'slaney',
    power: 2,
    compression: 'log',
    windowSeconds: 2,
    windowsPerTrack: 3,
  };
  for (const seconds of [1.5, 20])
    await write(join(folder, `${seconds}.wav`), wav(440, 8000 * seconds));
  await write(join(folder, 'empty.flac'), '');
  await write(join(folder, 'text.mp3'), 'not music at all '.repeat(100));
  await library.scan([folder]);
  const audio = { analyze: (path: string) => analyzeFile(path, frontEnd) };
  const embedder = { ...statisticsEmbedder(), frontEnd };
  assert.partialDeepStrictEqual(await library.analyze({ audio, embedder }), {
    analysed: 2,
    failed: 2,
  });
  assert.deepEqual(
    (await library.failures()).map(({ code }) => code),
    ['EMPTY', 'NOT_AUDIO'],
  );
  const long = await library.find(join(folder, '20.wav'));
  assert.equal(long?.durationSeconds, 20);
  assert.equal((await library.windows('statistics', [long.id])).get(long.id)?.starts.length, 3);
  const [model] = await library.models();
  assert.deepEqual(model?.frontEnd, frontEnd);
});

test('a failure is tried again when the file changes, or when asked', async (t) => {
  const { library, folder, analyze, failures } = await setting(t, {
    'a.wav': 'no',
    'b.wav': 'nor this',
  });
  assert.equal((await analyze()).failed, 2);
  await library.scan([folder]);
  assert.equal((await analyze()).total, 0);
  assert.equal((await analyze({ retryFailures: true })).failed, 2);
  assert.deepEqual(
    (await library.failures()).map(({ attempts }) => attempts),
    [2, 2],
  );
  await write(join(folder, 'a.wav'), wav(100));
  await library.scan([folder]);
  assert.partialDeepStrictEqual(await analyze(), { total: 1, analysed: 1 });
  assert.deepEqual(await failures(), { 'b.wav': 'NOT_AUDIO' });
});

test('counts always add up, whatever fails, and a second run has nothing to do', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ content: fc.nat(6), fails: fc.boolean() }), { maxLength: 24 }),
      fc.integer({ min: 1, max: 5 }),
      async (files, filesInFlight) => {
        const library = await emptyLibrary();
        const root = await temporaryFolder(t);
        for (const [i, { content, fails }] of files.entries()) {
          await write(join(root, `${i}${fails ? ' fails' : ''}.wav`), wav(100 + 50 * content));
        }
        const audio = {
          async analyze(path: string) {
            if (path.includes('fails')) throw new AudioError('CORRUPT', 'as told');
            return wavReader.analyze(path);
          },
        };
        await library.scan([root]);
        let last = 0;
        const onProgress = (progress: AnalysisProgress) => {
          checkCounts(progress);
          assert.ok(progress.done >= last);
          last = progress.done;
        };
        const embedder = statisticsEmbedder();
        const result = await library.analyze({ audio, embedder, filesInFlight, onProgress });
        assert.equal(result.done, files.length);
        assert.equal(last, files.length);
        const [status] = (await library.status()).models;
        assert.equal(status?.pending, 0);
        assert.equal(status?.failed, result.failed);
        assert.equal(status?.analysed, result.analysed + result.reused);
        const contents = new Set(files.filter((file) => !file.fails).map((file) => file.content));
        assert.equal(result.analysed, contents.size);
        assert.equal((await library.analyze({ audio, embedder })).total, 0);
      },
    ),
    { numRuns: 25 },
  );
});

test('an abort keeps what was in flight; the next run goes on', async (t) => {
  const { library, analyze } = await setting(t, songs(20));
  const abort = new AbortController();
  const onProgress = ({ done }: AnalysisProgress) => done === 5 && abort.abort();
  const first = await analyze({ filesInFlight: 3, signal: abort.signal, onProgress });
  assert.equal(first.phase, 'aborted');
  assert.ok(first.done >= 5 && first.done <= 8, `${first.done} done`);
  assert.equal((await library.features('statistics')).ids.length, first.done);
  const second = await analyze();
  assert.partialDeepStrictEqual(second, { phase: 'finished', total: 20 - first.done });
  assert.equal((await library.features('statistics')).ids.length, 20);
});

test('a failing decoder or embedder stops the run and blames no file', async (t) => {
  const { library, analyze, failures } = await setting(t, songs(12));
  let calls = 0;
  const embedder = statisticsEmbedder();
  const dying: typeof embedder = {
    ...embedder,
    async embed(tracks) {
      calls += 1;
      if (calls > 2) throw new Error('the embedder process died');
      return embedder.embed(tracks);
    },
  };
  await assert.rejects(analyze({ embedder: dying, filesInFlight: 2 }), {
    code: 'ANALYSIS_STOPPED',
    message: /the embedder process died/,
  });
  assert.deepEqual(await failures(), {});
  const kept = (await library.features('statistics')).ids.length;
  assert.ok(kept >= 2 && kept < 12);

  const broken = { analyze: () => Promise.reject(new Error('no decoder library')) };
  await assert.rejects(analyze({ audio: broken }), { code: 'ANALYSIS_STOPPED' });
  assert.deepEqual(await failures(), {});
  assert.partialDeepStrictEqual(await analyze(), { total: 12 - kept, analysed: 12 - kept });
});

test('an embedding that cannot be compared is a failure of its file alone', async (t) => {
  const { analyze, failures } = await setting(t, { ...songs(3), 'silence.wav': wav(0) });
  assert.partialDeepStrictEqual(await analyze(), { analysed: 3, failed: 1 });
  assert.deepEqual(await failures(), { 'silence.wav': 'BAD_EMBEDDING' });
});

/** A model that dies over some songs, told by their first values. */
function fallible(isDeadly: (mel: Float32Array) => boolean): Embedder {
  const embedder = statisticsEmbedder();
  return {
    ...embedder,
    async embed(tracks) {
      if (tracks.flat().some(({ mel }) => isDeadly(mel))) {
        throw new ModelError('CRASHED', 'the TensorFlow process ended');
      }
      return embedder.embed(tracks);
    },
  };
}

test('a file over which the model fails is a failure, and the rest goes on', async (t) => {
  const { library, folder, analyze, failures } = await setting(t, songs(20));
  const { windows } = await wavReader.analyze(join(folder, '7.wav'));
  const deadly = windows[0]!.mel.slice(0, 100).join();
  const embedder = fallible((mel) => mel.slice(0, 100).join() === deadly);
  assert.partialDeepStrictEqual(await analyze({ embedder }), { analysed: 19, failed: 1 });
  assert.deepEqual(await failures(), { '7.wav': 'CRASHED' });
  const [{ message }] = (await library.failures()) as [Failure];
  assert.match(message, /TensorFlow process ended/);
  assert.equal((await analyze({ retryFailures: true })).analysed, 1);
});

test('a model that fails over every file stops the run', async (t) => {
  const { library, analyze } = await setting(t, songs(40));
  await assert.rejects(analyze({ embedder: fallible(() => true) }), {
    code: 'ANALYSIS_STOPPED',
    message: /TensorFlow process ended/,
  });
  assert.ok((await library.failures()).length <= 8);
});

test('a file that changes or vanishes while it is analysed is looked at by the next scan', async (t) => {
  const { library, folder, analyze, failures } = await setting(t, songs(3));
  const audio = {
    async analyze(path: string) {
      const audio = await wavReader.analyze(path);
      if (basename(path) === '0.wav') await write(path, wav(777, 900));
      if (basename(path) === '1.wav') await rename(path, join(folder, 'aside'));
      return audio;
    },
  };
  assert.partialDeepStrictEqual(await analyze({ audio }), { total: 3, analysed: 1, failed: 2 });
  assert.deepEqual(await failures(), { '0.wav': 'CHANGED', '1.wav': 'CHANGED' });
  await rename(join(folder, 'aside'), join(folder, '1.wav'));
  assert.partialDeepStrictEqual(await library.scan([folder]), { changed: 1, touched: 1 });
  assert.partialDeepStrictEqual(await analyze(), { total: 2, analysed: 2 });
  assert.deepEqual(await failures(), {});
});

test('files that cannot be reached while another model analyses them keep what is known of them', async (t) => {
  const { library, folder, analyze, failures } = await setting(t, {
    'a/gone.wav': wav(100),
    'b/unreachable.wav': wav(200),
  });
  await analyze();
  const [a, b] = [join(folder, 'a'), join(folder, 'b')];
  const audio = {
    async analyze(path: string): Promise<never> {
      await rename(dirname(path), `${dirname(path)} aside`);
      // As from storage that has dropped out, stat then gives an error that says nothing of the file: ELOOP.
      if (basename(path) === 'unreachable.wav') await symlink(dirname(path), dirname(path));
      throw new AudioError('UNREADABLE', 'gone');
    },
  };
  const embedder = statisticsEmbedder('other');
  assert.partialDeepStrictEqual(await analyze({ audio, embedder, filesInFlight: 1 }), {
    failed: 2,
  });
  assert.deepEqual(await failures(), { 'gone.wav': 'CHANGED', 'unreachable.wav': 'UNREADABLE' });
  await rm(b);
  for (const name of [a, b]) await rename(`${name} aside`, name);
  assert.partialDeepStrictEqual(await library.scan([folder]), { changed: 0, touched: 2 });
  assert.deepEqual(await failures(), {});
  assert.equal((await library.features('statistics')).ids.length, 2);
  assert.partialDeepStrictEqual(await analyze({ embedder }), { total: 2, analysed: 2 });
  assert.equal((await library.scan([folder])).unchanged, 2);
});

test('files are decoded a few at a time, and only those asked for', async (t) => {
  const { library, folder, analyze } = await setting(t, {
    ...songs(20),
    'sub/a.wav': wav(2000),
    'sub/b.wav': wav(2100),
  });
  let inFlight = 0;
  let most = 0;
  const audio = {
    async analyze(path: string) {
      inFlight += 1;
      most = Math.max(most, inFlight);
      const audio = await wavReader.analyze(path);
      inFlight -= 1;
      return audio;
    },
  };
  assert.equal((await analyze({ audio, within: [join(folder, 'sub', 'a.wav')] })).analysed, 1);
  assert.equal((await analyze({ audio, within: [join(folder, 'sub')] })).analysed, 1);
  assert.equal((await analyze({ audio, within: [] })).total, 0);
  assert.equal((await analyze({ audio, filesInFlight: 4 })).analysed, 20);
  assert.ok(most <= 4);
  assert.equal((await library.features('statistics')).ids.length, 22);
});

test('each model has features of its own, and one id has one shape', async (t) => {
  const { library, analyze } = await setting(t, songs(2));
  await analyze();
  assert.equal((await analyze({ embedder: statisticsEmbedder('other') })).analysed, 2);
  assert.deepEqual(
    (await library.models()).map(({ modelId }) => modelId),
    ['statistics', 'other'],
  );
  const embedder = { ...statisticsEmbedder(), labels: ['low', 'loud'] };
  await assert.rejects(analyze({ embedder }), { code: 'MODEL_MISMATCH', message: /low, loud/ });
});

test('a file that is gone before its turn, and one forgotten meanwhile', async (t) => {
  const { library, folder, analyze, failures } = await setting(t, songs(2));
  await rm(join(folder, '0.wav'));
  const audio = {
    async analyze(path: string) {
      await library.forget([join(folder, '1.wav')]);
      return wavReader.analyze(path).catch(() => {
        throw new AudioError('UNREADABLE', 'gone');
      });
    },
  };
  assert.partialDeepStrictEqual(await analyze({ audio }), { total: 2, done: 2 });
  assert.deepEqual(await failures(), { '0.wav': 'CHANGED' });
});

test('an embedder that breaks its promise stops the run', async (t) => {
  const { analyze, failures } = await setting(t, songs(2));
  const embedder = { ...statisticsEmbedder(), dimensions: 9 };
  await assert.rejects(analyze({ embedder }), {
    code: 'ANALYSIS_STOPPED',
    message: /9.*statistics.*8/,
  });
  const silent = { ...statisticsEmbedder('silent'), embed: async () => [] };
  await assert.rejects(analyze({ embedder: silent }), { code: 'ANALYSIS_STOPPED' });
  assert.deepEqual(await failures(), {});
});

test('bad options are errors', async (t) => {
  const { analyze } = await setting(t, {});
  await assert.rejects(analyze({ filesInFlight: 0 }), { code: 'BAD_OPTION' });
  await assert.rejects(analyze({ retry: true } as never), { code: 'BAD_OPTION', message: /retry/ });
});

test('batching takes what has queued up, in order, and fails one batch alone', async () => {
  const batches: number[][] = [];
  const double = batching<number, number>(3, async (items) => {
    batches.push(items);
    await Promise.resolve();
    if (items.includes(4)) throw new Error('four');
    return items.map((item) => 2 * item);
  });
  const results = await Promise.allSettled([0, 1, 2, 3, 4, 5, 6].map(double));
  assert.deepEqual(batches, [[0], [1, 2, 3], [4, 5, 6]]);
  const values = results.map((result) => (result.status === 'fulfilled' ? result.value : 'failed'));
  assert.deepEqual(values, [0, 2, 4, 6, 'failed', 'failed', 'failed']);
  assert.equal(await double(9), 18);
});

test('rate and remaining time follow the recent pace', () => {
  let now = 0;
  const meter = new ProgressMeter(1000, () => now);
  assert.deepEqual(meter.state('analysing'), {
    phase: 'analysing',
    total: 1000,
    done: 0,
    analysed: 0,
    reused: 0,
    failed: 0,
    filesPerSecond: 0,
    etaSeconds: null,
  });
  const work = (files: number, seconds: number) => {
    for (let i = 0; i < files; i += 1) {
      now += (1000 * seconds) / files;
      meter.add('analysed');
    }
    return meter.state('analysing');
  };
  const close = (a: number, b: number) =>
    assert.ok(Math.abs(a / b - 1) < 0.05, `${a} is not near ${b}`);
  close(work(1, 0.5).filesPerSecond, 2);
  close(work(199, 99.5).etaSeconds!, 400);
  close(work(400, 100).filesPerSecond, 4);
});
