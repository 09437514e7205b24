/** Both studies from real clips to their reports, as small as they can be. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { trainingConfig } from '@consonance/models/training';
import { ablate, compareModels, type StudyInput } from '../../src/models/index.ts';
import type { ComparisonReport } from '../../src/report-types.ts';

const root = path.resolve(import.meta.dirname, '..', '..', '..', '..');
let folder: string;
const trained: string[] = [];

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'consonance-study-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const study = (name: string): StudyInput => ({
  data: path.join(root, 'demo', 'library'),
  labels: ['electronic', 'rock'],
  preset: '0.1M',
  config: trainingConfig('paper', { epochs: 1, cropFrames: 64 }),
  seeds: [1],
  outDirectory: path.join(folder, name),
  runsDirectory: path.join(folder, 'runs'),
  cacheDirectory: path.join(folder, 'mels'),
  resamples: 50,
  command: 'consonance compare',
  onProgress: () => {},
  hooks: { onEpoch: () => trained.push(name) },
});

test('compare trains both networks once, and reports them beside the baselines', async () => {
  const report = await compareModels(study('compare'), { leak: false });
  assert.equal(trained.length, 2);
  assert.deepEqual(
    report.models.map(({ name }) => name),
    ['CRNN', 'CNN', 'majority', 'logistic regression', 'RBF-SVM'],
  );
  const tested = report.dataset.sides[0]!.test;
  for (const { name, scores, confusion, roc, parameters, kind } of report.models) {
    assert.equal(
      confusion.flat().reduce((a, b) => a + b),
      tested,
      name,
    );
    assert.equal(
      scores.perLabel.reduce((sum, { support }) => sum + support, 0),
      tested,
    );
    assert.ok(scores.macroAuc.value! >= 0 && scores.macroAuc.value! <= 1, name);
    assert.equal(parameters !== null, kind === 'network');
    for (const { x, y } of roc) assert.deepEqual([x[0], y[0], x.at(-1), y.at(-1)], [0, 0, 1, 1]);
  }
  const majority = report.models[2]!.scores;
  assert.equal(majority.macroAuc.value, 0.5);
  assert.deepEqual(
    report.differences[0]!.mcNemar.map(({ seed }) => seed),
    [1],
  );

  const layers = report.embeddings.filter(({ model }) => model === 'CRNN');
  assert.ok(layers.length >= 3, 'convolutions and two GRU layers');
  assert.equal(layers.filter(({ isEmbedding }) => isEmbedding).length, 1);
  assert.equal(report.embeddings.at(-1)!.model, 'timbre statistics');
  assert.deepEqual(report.embeddings.at(-1)!.againstTimbre.interval, [0, 0]);

  const written = JSON.parse(await readFile(path.join(folder, 'compare', 'report.json'), 'utf8'));
  assert.deepEqual(written, report satisfies ComparisonReport);
  const page = await readFile(path.join(folder, 'compare', 'report.html'), 'utf8');
  for (const finding of report.findings) assert.ok(page.includes(finding.slice(0, 20)), finding);
  assert.doesNotMatch(page, /<script|https?:\/\/(?!www\.w3\.org)/);
  assert.ok(!page.includes(folder) && !JSON.stringify(report).includes(folder));
  const csv = await readFile(path.join(folder, 'compare', 'per-genre.csv'), 'utf8');
  // A header, and two genres and their mean for each of five models.
  assert.equal(csv.trim().split('\n').length, 1 + 5 * 3);
});

test('a second comparison takes the runs that are there', async () => {
  trained.length = 0;
  await compareModels(study('again'), { leak: false });
  assert.deepEqual(trained, []);
});

test('ablate takes the CRNN of compare, and disturbs it in every way', async () => {
  trained.length = 0;
  const report = await ablate(study('ablate'));
  assert.equal(trained.length, 3);
  const byName = new Map(report.ablations.map((ablation) => [ablation.name, ablation]));
  assert.deepEqual(
    [...byName.keys()],
    [
      ...['time steps shuffled', 'time steps reversed'],
      ...['3 s heard', '6 s heard', '12 s heard', '29 s heard'],
      ...['one GRU', 'mean pooling', 'flattening'],
    ],
  );
  // Without recurrence there is less to train.
  const parameters = (name: string) => byName.get(name)!.parameters!;
  assert.ok(parameters('one GRU') < report.model.parameters);
  assert.ok(parameters('mean pooling') < parameters('one GRU'));
  assert.ok(parameters('flattening') >= parameters('mean pooling'));
  for (const { label, byFrequency, byTime, frequencies, mel } of report.saliency) {
    assert.equal(byFrequency.length, 12, label);
    assert.equal(byTime.length, 14);
    assert.equal(mel.length, 96);
    assert.deepEqual(
      frequencies.toSorted((a, b) => a - b),
      frequencies,
    );
    assert.ok(byFrequency.some(({ value }) => value !== 0));
  }
  assert.ok((await stat(path.join(folder, 'ablate', 'report.html'))).size > 10_000);
});
