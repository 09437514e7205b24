/** The whole evaluation on a few songs of the demo library; embedders that need no training. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { describeEmbedder } from '@consonance/models';
import { loadDataset } from '@consonance/models/training';
import {
  compareWithDefault,
  type EmbeddersReport,
  fitNamed,
  fittedCard,
  runEmbedderEvaluation,
} from '../../src/embedders/index.ts';

const demo = path.resolve(import.meta.dirname, '../../../../demo');
const genres = ['electronic', 'rock', 'classical'];
let folder: string;
let manifest: string;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'consonance-embedders-'));
  manifest = await writeManifest(genres, 7);
});
after(() => rm(folder, { recursive: true, force: true }));

/** A manifest of the first songs of some genres of the demo library. */
async function writeManifest(labels: string[], count: number): Promise<string> {
  const [header, ...rows] = (await readFile(path.join(demo, 'manifest.csv'), 'utf8')).split('\n');
  const chosen = labels.flatMap((label) =>
    rows.filter((row) => row.includes(`,${label},`)).slice(0, count),
  );
  const absolute = chosen.map((row) => row.replace(/^("?)/, `$1${demo}/`));
  const file = path.join(folder, `${labels.join('-')}.csv`);
  await writeFile(file, [header, ...absolute, ''].join('\n'));
  return file;
}

const evaluation = (embedders: string[]) => ({
  data: manifest,
  labels: genres,
  embedders,
  folds: 3,
  epochs: 1,
  seed: 1,
  resamples: 50,
  runsDirectory: path.join(folder, 'runs'),
  outDirectory: path.join(folder, 'out'),
  cacheDirectory: path.join(folder, 'cache'),
  command: 'consonance evaluate embedders',
  onProgress() {},
});

test('an evaluation writes a report, in numbers and as a page', async () => {
  const report = await runEmbedderEvaluation(evaluation(['timbre']));
  const [timbre] = report.embedders;
  assert.equal(report.kind, 'embedders');
  assert.ok(report.queries > 0 && report.settings.folds.length === 3);
  const { value, interval } = timbre!.precisionAt5;
  assert.ok(value! >= interval![0] && value! <= interval![1]);
  assert.equal(timbre!.againstTimbre.value, 0);
  assert.ok(timbre!.macroAuc! >= 0 && timbre!.macroAuc! <= 1);
  const file = (name: string) => readFile(path.join(folder, 'out', name), 'utf8');
  const written = JSON.parse(await file('report.json')) as EmbeddersReport;
  assert.deepEqual(written, JSON.parse(JSON.stringify(report)));
  assert.match(await file('report.html'), /Precision@5 by genre/);
  const again = await runEmbedderEvaluation(evaluation(['timbre']));
  assert.deepEqual(again.embedders, report.embedders);
});

test('a network is trained for each fold and front end, and taken as it is the next time', async () => {
  // Both have enough artists to lose some to a fold, and some to the sides of the split.
  const labels = ['classical', 'hip-hop'];
  const data = await writeManifest(labels, 11);
  const runsDirectory = path.join(folder, 'networks');
  const input = { ...evaluation(['crnn', 'crnn-12khz']), data, labels, runsDirectory, folds: 2 };
  const spoken: string[] = [];
  const onProgress = (text: string) => void spoken.push(text);
  const report = await runEmbedderEvaluation({ ...input, onProgress });
  assert.deepEqual(
    spoken.filter((text) => text.startsWith('fold')),
    [1, 2].flatMap((fold) => [`fold-${fold}: epoch 1 of 1`, `fold-${fold}-12000: epoch 1 of 1`]),
  );
  const again = await runEmbedderEvaluation({ ...input, onProgress });
  assert.equal(spoken.filter((text) => text.startsWith('fold')).length, 4);
  assert.deepEqual(again.embedders, report.embedders);
});

test('unknown embedders, and runs of other settings, are refused', async () => {
  await assert.rejects(runEmbedderEvaluation(evaluation(['timber'])), {
    code: 'BAD_OPTION',
    message: /crnn, timbre.* but received "timber"/,
  });
  await assert.rejects(runEmbedderEvaluation({ ...evaluation(['timbre']), seed: 2 }), {
    code: 'BAD_OPTION',
    message: /choose another folder/,
  });
});

test('a recipe is fitted, and its card says how', async () => {
  const outDirectory = path.join(folder, 'timbre');
  const input = { data: manifest, labels: genres, outDirectory };
  const cacheDirectory = path.join(folder, 'cache');
  const fitted = (await fitNamed('timbre', { ...input, cacheDirectory }))!;
  assert.equal((await describeEmbedder(outDirectory)).modelId, fitted.modelId);
  const card = fittedCard({ ...fitted, name: 'timbre', command: 'fit it', date: new Date(0) });
  assert.match(card, new RegExp(`${fitted.modelId}[^]*fit it.*1970-01-01[^]*21 clips`));
  assert.equal(await fitNamed('nothing', { ...input, cacheDirectory }), undefined);
});

test('a model is no better than itself, on held-out artists of a library', async () => {
  const { clips } = await loadDataset(manifest, { labels: genres });
  const result = await compareWithDefault({
    candidate: 'timbre',
    current: 'timbre',
    heldOut: clips.slice(0, 12),
    training: clips.slice(12),
    seed: 1,
    resamples: 50,
    onProgress() {},
  });
  assert.ok(result.queries > 0 && result.artists > 1);
  assert.equal(result.precisionAt5.difference.value, 0);
  assert.equal(result.macroAuc.difference.value, 0);
  assert.equal(result.isBetter, false);
});
