import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';

import {
  MelExtractor,
  melSpectrogram,
  melSpectrogramAsync,
  powerSpectrogram,
  stft,
} from '../src/index.ts';
import { noise } from './signals.ts';

const frontEnd = { sampleRate: 12000, fftSize: 512, hopLength: 256, melBands: 96 };
const extractor = new MelExtractor(frontEnd);

test('asynchronous results equal synchronous ones, many at a time', async () => {
  const inputs = Array.from({ length: 200 }, (_, i) => noise(1 + 97 * i, i));
  const results = await Promise.all(inputs.map((signal) => extractor.computeAsync(signal)));
  results.forEach((result, i) => assert.deepEqual(result, extractor.compute(inputs[i]!)));
  assert.deepEqual(await melSpectrogramAsync(inputs[9]!, frontEnd), results[9]);
});

test('the signal may be changed or transferred while a call runs', async () => {
  const signal = noise(200000, 1);
  const expected = extractor.compute(signal);
  const pending = extractor.computeAsync(signal);
  structuredClone(signal.fill(0), { transfer: [signal.buffer as ArrayBuffer] });
  assert.equal(signal.length, 0);
  assert.deepEqual(await pending, expected);
});

test('a signal and an output in shared memory are used where they are', async () => {
  const shared = new Float32Array(new SharedArrayBuffer(4 * 50000));
  shared.set(noise(50000, 5));
  const expected = extractor.compute(shared.slice());
  assert.deepEqual(extractor.compute(shared), expected);
  const output = new Float32Array(new SharedArrayBuffer(expected.data.byteLength));
  const result = await extractor.computeAsync(shared, { output });
  assert.equal(result.data, output);
  assert.deepEqual([...output], [...expected.data]);
});

test('an asynchronous output that could be transferred away is refused, whatever it says', async () => {
  const lying = new Float32Array(96 * 4);
  Object.defineProperty(lying, 'buffer', { value: new SharedArrayBuffer(4 * 96 * 4) });
  for (const output of [new Float32Array(96 * 4), lying]) {
    await assert.rejects(extractor.computeAsync(noise(1000, 1), { output }), {
      code: 'INVALID_ARGUMENT',
      message: /in a SharedArrayBuffer for output/,
    });
  }
});

test('the number of threads changes no result', async () => {
  const signal = noise(300000, 6);
  const options = { fftSize: 512, hopLength: 100 };
  const expected = extractor.compute(signal);
  const spectrum = stft(signal, options);
  const power = powerSpectrogram(signal, options);
  for (const threads of [2, 3, 7, 256]) {
    assert.deepEqual(extractor.compute(signal, { threads }), expected);
    assert.deepEqual(await extractor.computeAsync(signal, { threads }), expected);
    assert.deepEqual(stft(signal, options, { threads }), spectrum);
    assert.deepEqual(powerSpectrogram(signal, options, { threads }), power);
  }
});

test('bad input rejects instead of throwing', async () => {
  await assert.rejects(extractor.computeAsync(new Float32Array(0)), { code: 'INVALID_ARGUMENT' });
  await assert.rejects(melSpectrogramAsync(noise(9, 1), { fftSize: 3, sampleRate: 1 }), {
    code: 'INVALID_ARGUMENT',
  });
});

const workerSource = `
  import { parentPort } from 'node:worker_threads';
  import { MelExtractor } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url))};
  import { noise } from ${JSON.stringify(new URL('signals.ts', import.meta.url))};
  const extractor = new MelExtractor(${JSON.stringify(frontEnd)});
  const signal = noise(50000, 4);
  const calls = Array.from({ length: 20 }, () => extractor.computeAsync(signal));
  parentPort.postMessage(extractor.compute(signal).data);
  await Promise.all(calls);
`;

const startWorker = () =>
  new Worker(new URL(`data:text/javascript,${encodeURIComponent(workerSource)}`));

test('works in several worker threads at once', async () => {
  const expected = melSpectrogram(noise(50000, 4), frontEnd).data;
  const results = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const worker = startWorker();
      let data: Float32Array | undefined;
      worker.on('message', (message: Float32Array) => (data = message));
      const exitCode = await new Promise((resolve, reject) => {
        worker.on('exit', resolve).on('error', reject);
      });
      return { data, exitCode };
    }),
  );
  for (const result of results) assert.deepEqual(result, { data: expected, exitCode: 0 });
});

test('a worker thread may be terminated while calls run', async () => {
  for (let i = 0; i < 5; ++i) {
    const worker = startWorker();
    await new Promise((resolve, reject) => {
      worker.once('message', resolve).once('error', reject);
    });
    await worker.terminate();
  }
  assert.equal((await extractor.computeAsync(noise(1000, 1))).frames, 4);
});

// In its own process, so that other tests' memory does not count. The calls of a thousand plans
// follow each other without a pause, in which nothing would be freed by finalizers.
test('memory stays flat over 2,000 calls', () => {
  const source = `
    import { MelExtractor, melSpectrogram } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url))};
    import { noise } from ${JSON.stringify(new URL('signals.ts', import.meta.url))};
    const frontEnd = ${JSON.stringify(frontEnd)};
    const signal = noise(60000, 1);
    const extractor = new MelExtractor(frontEnd);
    async function calls(count) {
      for (let i = 0; i < count; i += 4) {
        extractor.compute(signal);
        melSpectrogram(signal, frontEnd);
        await Promise.all([extractor.computeAsync(signal), extractor.computeAsync(signal)]);
        try { extractor.compute(new Float32Array(0)); } catch {}
        if (i % 100 === 0) gc();
      }
      for (let i = 0; i < count / 2; ++i) {
        melSpectrogram(signal.subarray(0, 100), { sampleRate: 22050, fftSize: 2048, fMin: i % 20 });
      }
      gc();
      return process.memoryUsage().rss / 2 ** 20;
    }
    const before = await calls(400);
    console.log((await calls(2000)) - before);
  `;
  const grown = execFileSync(
    process.execPath,
    ['--expose-gc', '--input-type=module', '--eval', source],
    { encoding: 'utf8' },
  );
  // One leaked result a call would be 180 MB, one leaked plan more than 100 MB.
  assert.ok(Number(grown) < 24, `${grown} MB`);
});
