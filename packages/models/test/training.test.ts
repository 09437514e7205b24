/** Training on a tiny synthetic task: it learns, repeats, resumes, and leaks nothing. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { FrontEnd } from '@consonance/audio';
import { loadEmbedder } from '../src/embedder.ts';
import { startEmbedder } from '../src/embedder-process.ts';
import { defaultFrontEnd } from '../src/front-end.ts';
import type { NetworkConfig } from '../src/network-config.ts';
import { tf } from '../src/tensorflow.ts';
import { defaultTrainingConfig } from '../src/training/config.ts';
import type { Clip } from '../src/data/dataset.ts';
import { contrastLoss, distillationLoss, labelLoss } from '../src/training/losses.ts';
import { seededRandom } from '@consonance/statistics';
import { bestOf, type EpochReport, train, type TrainingInput } from '../src/training/trainer.ts';

const melBands = 16;
const frontEnd: FrontEnd = {
  ...defaultFrontEnd,
  sampleRate: 8000,
  fftSize: 512,
  hopLength: 256,
  melBands,
  fMax: 4000,
  windowSeconds: 2,
  windowsPerTrack: 1,
};
const frames = 63;
const network: NetworkConfig = {
  melBands,
  convolutions: [
    { channels: 4, pool: [4, 2] },
    { channels: 8, pool: [4, 2] },
  ],
  gruUnits: [8, 8],
  dropout: { convolution: 0.1, dense: 0.1 },
  labels: ['low', 'high'],
};
const config = {
  ...defaultTrainingConfig,
  epochs: 20,
  clipsPerBatch: 8,
  cropFrames: 32,
  learningRate: 5e-3,
  contrastWeight: 0.2,
  distillationWeight: 0,
  augmentation: {
    ...defaultTrainingConfig.augmentation,
    maskedBands: 1,
    maskedFrames: 4,
    bandShift: 0,
    lowPass: 0,
  },
};

/** Noise with its energy in the lower or the upper bands. */
function makeTask(): Pick<TrainingInput, 'split'> & { mels: Map<Clip, Float32Array[]> } {
  const random = seededRandom(1);
  const mels = new Map<Clip, Float32Array[]>();
  const make = (count: number, side: string) =>
    Array.from({ length: count }, (_, i): Clip => {
      const label = network.labels[i % 2]!;
      const clip = {
        path: `${side}${i}`,
        label,
        artist: `${side}${i}`,
        work: `${side}${i}`,
        corpus: '',
        recorded: true,
      };
      const loud = (band: number) => (label === 'low' ? band < 8 : band >= 8);
      mels.set(clip, [
        Float32Array.from(
          { length: melBands * frames },
          (_, cell) => (loud(Math.floor(cell / frames)) ? -10 : -50) + 8 * random(),
        ),
      ]);
      return clip;
    });
  return {
    split: { train: make(32, 'train'), validation: make(12, 'validation'), test: make(12, 'test') },
    mels,
  };
}

describe('training', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'consonance-training-'));
  });
  after(() => rm(folder, { recursive: true }));
  const run = (name: string, change: Partial<TrainingInput> = {}) =>
    train({
      ...makeTask(),
      network,
      frontEnd,
      config,
      runDirectory: path.join(folder, name),
      ...change,
    });

  test('learns, and the same seed gives the same model', async () => {
    const first = await run('first');
    assert.ok(first.history.at(-1)!.labelLoss < first.history[0]!.labelLoss - 0.1);
    assert.ok(first.test.macroAuc > 0.95, `${first.test.macroAuc}`);
    assert.ok(first.test.precisionAt5 > 0.9, `${first.test.precisionAt5}`);
    const second = await run('second');
    const losses = ({ history }: typeof first) =>
      history.map(({ labelLoss, contrastLoss }) => [labelLoss, contrastLoss]);
    assert.deepEqual(losses(second), losses(first));
    assert.equal(second.modelId, first.modelId);
    assert.notEqual(
      (await run('other', { config: { ...config, seed: 2 } })).modelId,
      first.modelId,
    );
  });

  test('stopped and resumed, it ends in the same model', async () => {
    const controller = new AbortController();
    const stop = run('resumed', {
      signal: controller.signal,
      onEpoch: ({ epoch }) => {
        if (epoch === 18) controller.abort(new Error('stopped'));
      },
    });
    await assert.rejects(stop, /stopped/);
    const epochs: number[] = [];
    const resumed = await run('resumed', { onEpoch: ({ epoch }) => void epochs.push(epoch) });
    assert.deepEqual(epochs, [19, 20]);
    assert.equal(resumed.modelId, (await run('first')).modelId);
  });

  test('refuses a folder of another configuration', async () => {
    await assert.rejects(
      run('first', { config: { ...config, epochs: 99 } }),
      /choose another folder/,
    );
  });

  test('ends early when it is not getting better, and mixes crops on demand', async () => {
    const { history } = await run('early', {
      config: {
        ...config,
        patience: 2,
        learningRate: 1e-9,
        contrastWeight: 0,
        cropsPerClip: 1,
        augmentation: { ...config.augmentation, mixup: 0.3 },
      },
    });
    assert.ok(history.length < config.epochs, `${history.length}`);
    assert.ok(history.every(({ labelLoss }) => Number.isFinite(labelLoss)));
  });

  test('names a damaged checkpoint, a damaged history and a folder that cannot be written', async () => {
    const controller = new AbortController();
    const stopped = run('damaged', {
      signal: controller.signal,
      onEpoch: () => controller.abort(new Error('stopped')),
    });
    await assert.rejects(stopped, /stopped/);
    const file = (name: string) => path.join(folder, 'damaged', name);
    const checkpoint = await readFile(file('checkpoint.safetensors'));
    await writeFile(file('checkpoint.safetensors'), checkpoint.subarray(0, 3000));
    await assert.rejects(run('damaged'), /checkpoint\.safetensors is damaged/);
    await writeFile(file('checkpoint.safetensors'), checkpoint);
    await writeFile(file('history.json'), '[]');
    await assert.rejects(run('damaged'), /history\.json beside it to be of one run/);
    await writeFile(file('history.json'), '[{');
    await assert.rejects(run('damaged'), /history\.json is damaged/);
    await assert.rejects(run('damaged/config.json'), /damaged\/config\.json/);
  });

  test('leaks no tensors', async () => {
    const counts: number[] = [];
    await run('leaks', { onEpoch: () => void counts.push(tf.memory().numTensors) });
    assert.deepEqual(new Set(counts).size, 1, counts.join(', '));
    const before = tf.memory().numTensors;
    await run('leaks-again');
    assert.equal(tf.memory().numTensors, before);
  });

  test('names the clip whose spectrogram is not finite', async () => {
    const { split, mels } = makeTask();
    mels.get(split.train[0]!)![0]!.fill(NaN);
    await assert.rejects(run('nan', { split, mels }), /finite mel spectrogram of train0 /);
  });

  test('the trained model embeds alike in this process and in its own', async () => {
    const directory = path.join(folder, 'first', 'model');
    const here = await loadEmbedder(directory);
    const there = await startEmbedder(directory);
    const { split, mels } = makeTask();
    const tracks = split.test
      .slice(0, 3)
      .map((clip) => [{ startSeconds: 0, mel: mels.get(clip)![0]! }]);
    assert.equal(there.modelId, here.modelId);
    assert.deepEqual(await there.embed(tracks), await here.embed(tracks));
    await Promise.all([here.close(), there.close()]);
  });
});

test('the best epoch is found without a measure, too, also after it was stored', () => {
  const history = [0.2, 0.6, 0.4].map((precisionAt5, i) => ({
    epoch: i + 1,
    validation: { macroAuc: NaN, precisionAt5, recordedPrecisionAt5: NaN },
  })) as EpochReport[];
  assert.equal(bestOf(history), 2);
  assert.equal(bestOf(JSON.parse(JSON.stringify(history)) as EpochReport[]), 2);
});

test('label loss is binary cross-entropy', () => {
  const logits = [
    [2, -1],
    [-30, 40],
  ];
  const truth = [
    [1, 0],
    [0, 0],
  ];
  const expected = logits.map((row, i) =>
    row.reduce(
      (sum, x, j) => sum + Math.log1p(Math.exp(-Math.abs(x))) + Math.max(x, 0) - x * truth[i]![j]!,
      0,
    ),
  );
  const loss = labelLoss(tf.tensor2d(logits), tf.tensor2d(truth)).dataSync()[0]!;
  assert.ok(Math.abs(loss - (expected[0]! + expected[1]!) / 2) < 1e-5);
});

test('contrast loss is 0 at best, and other excerpts of a work are no negatives', () => {
  const pairs = tf.tensor2d([
    [1, 0],
    [1, 0],
    [-1, 0],
    [-1, 0],
  ]);
  const loss = (works: number[]) => contrastLoss(pairs, tf.tensor1d(works), 0.05).dataSync()[0]!;
  assert.ok(loss([0, 0, 1, 1]) < 1e-4);
  const confused = tf.tensor2d([
    [1, 0],
    [1, 0],
    [1, 0],
    [1, 0],
  ]);
  const sameWork = contrastLoss(confused, tf.tensor1d([0, 0, 0, 0]), 0.05).dataSync()[0]!;
  const otherWork = contrastLoss(confused, tf.tensor1d([0, 0, 1, 1]), 0.05).dataSync()[0]!;
  assert.ok(Math.abs(sameWork) < 1e-4);
  assert.ok(Math.abs(otherWork - Math.log(3)) < 1e-3);
});

test('distillation loss is 0 for the same geometry, whatever its place and scale', () => {
  const teacher = tf.tensor2d([
    [1, 0],
    [0, 1],
    [-1, 0],
    [0, -1],
  ]);
  const loss = (rows: number[][]) =>
    distillationLoss(tf.tensor2d(rows), teacher as never).dataSync()[0]!;
  assert.ok(
    loss([
      [5, 3],
      [3, 5],
      [1, 3],
      [3, 1],
    ]) < 1e-6,
  );
  // On a line, four of the six pairs differ from the teacher's cosine by 1.
  const line = loss([[1], [1], [-1], [-1]]);
  assert.ok(Math.abs(line - 2 / 3) < 1e-3, `${line}`);
});
