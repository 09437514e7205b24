/** A whole run on sounds that are made here: two labels, ten artists each, two seconds a file. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { FrontEnd } from '@consonance/audio';
import { wav } from '@consonance/audio/testing';
import {
  type Dataset,
  defaultFrontEnd,
  loadDataset,
  type NetworkConfig,
  type RunSpec,
  splitDataset,
  trainingConfig,
  trainRun,
} from '../src/training.ts';
import { readModel } from '../src/model-file.ts';

const frontEnd: FrontEnd = {
  ...defaultFrontEnd,
  sampleRate: 8000,
  fftSize: 512,
  hopLength: 256,
  melBands: 16,
  fMax: 4000,
  windowSeconds: 2,
  windowsPerTrack: 1,
};
const labels = ['low', 'high'];
const network: NetworkConfig = {
  melBands: 16,
  convolutions: [{ channels: 4, pool: [4, 8] }],
  gruUnits: [],
  dropout: { convolution: 0, dense: 0 },
  labels,
};

describe('trainRun', () => {
  let folder: string;
  let dataset: Dataset;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'consonance-run-'));
    for (const [i, label] of labels.entries()) {
      for (let artist = 0; artist < 10; artist++) {
        const file = path.join(folder, 'music', label, `artist ${i}${artist}`, 'song.wav');
        await mkdir(path.dirname(file), { recursive: true });
        await writeFile(file, wav((i === 0 ? 200 : 2000) + 20 * artist, 16_000));
      }
    }
    await writeFile(path.join(folder, 'music', 'low', 'artist 00', 'noise.wav'), 'no sound');
    dataset = await loadDataset(path.join(folder, 'music'), { labels });
  });
  after(() => rm(folder, { recursive: true }));
  const spec = (name: string, change: Partial<RunSpec> = {}): RunSpec => ({
    dataset,
    network,
    frontEnd,
    split: splitDataset(dataset.clips, { by: 'artist', seed: 1 }),
    splitBy: 'by artist',
    config: trainingConfig('paper', { epochs: 2, clipsPerBatch: 4, learningRate: 0.01 }),
    runDirectory: path.join(folder, name),
    cacheDirectory: path.join(folder, 'cache'),
    command: 'consonance train --data music',
    ...change,
  });

  test('leaves configuration, data set, environment, history and a model with its card', async () => {
    const failed: string[] = [];
    const steps: number[] = [];
    const run = await trainRun(spec('a', { about: 'Sines.' }), {
      onFailedClips: (clips) => failed.push(...clips.map(({ clip }) => path.basename(clip.path))),
      onStep: ({ step }) => void steps.push(step),
    });
    assert.deepEqual(failed, ['noise.wav']);
    const text = (name: string) => readFile(path.join(folder, 'a', name), 'utf8');
    const json = async (name: string) => JSON.parse(await text(name));
    assert.equal((await json('config.json')).config.seed, 1);
    assert.equal((await json('dataset.json')).manifestHash, dataset.manifestHash);
    assert.equal((await json('environment.json')).versions.node, process.version);
    assert.deepEqual(await json('history.json'), JSON.parse(JSON.stringify(run.history)));
    assert.ok(run.history.every(({ validation }) => validation.labelLoss > 0));
    assert.equal(steps.length, 2 * Math.ceil(run.clips.train! / 4));
    assert.equal((await readModel(path.join(folder, 'a', 'model'))).modelId, run.modelId);
    assert.match(run.modelId, /^cnn-/);
    const card = await text('model/MODEL_CARD.md');
    for (const part of ['Sines.', 'train --data music', 'split by artist', dataset.manifestHash])
      assert.ok(card.includes(part), part);
    assert.equal((await text('train.csv')).trim().split('\n').length, 1 + run.clips.train!);
  });

  test('refuses a folder with a run; asked to resume, takes the finished one as it is', async () => {
    const before = JSON.parse(JSON.stringify(await trainRun(spec('b'))));
    await assert.rejects(trainRun(spec('b')), /There is a run in .*b already/);
    assert.deepEqual(await trainRun(spec('b', { resume: true })), before);
    const config = trainingConfig('paper', { epochs: 3 });
    await assert.rejects(trainRun(spec('b', { resume: true, config })), /choose another folder/);
    const other = { ...dataset, manifestHash: 'other' };
    await assert.rejects(
      trainRun(spec('b', { resume: true, dataset: other })),
      /dataset\.json but/,
    );
  });

  test('begins with the weights of another model', async () => {
    const first = await trainRun(spec('b', { resume: true }));
    const tuned = await trainRun(spec('c', { from: path.join(folder, 'b', 'model') }));
    assert.ok(tuned.history[0]!.labelLoss < first.history[0]!.labelLoss);
    const nowhere = path.join(folder, 'nowhere');
    await assert.rejects(trainRun(spec('d', { from: nowhere })), /a model in .*nowhere/);
  });

  test('a crop that is too short for the network is refused', async () => {
    const config = trainingConfig('paper', { cropFrames: 7 });
    await assert.rejects(trainRun(spec('e', { config })), /at least 8 frames for cropFrames .* 7/);
  });
});
