/** `consonance compare`: CNN against CRNN against baselines, over several seeds. */
import { mkdir, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  type Dataset,
  datasetNotes,
  defaultFrontEnd,
  groupOf,
  loadDataset,
  type MelStore,
  openMels,
  openPredictor,
  parameterCount,
  type Preset,
  type RunHooks,
  type Split,
  type TrainingConfig,
} from '@consonance/models/training';
import {
  confusionMatrix,
  precisionRecallCurve,
  rank,
  reliability,
  rocCurve,
  seededRandom,
} from '@consonance/statistics';
import type {
  ComparedModel,
  ComparisonReport,
  Curve,
  DatasetSummary,
  Leak,
  ReliabilityBin,
} from '../report-types.ts';
import { baselineNames, runBaselines } from './baselines.ts';
import { comparisonCsv } from './csv.ts';
import { type Measured, measureModels, predictions, type TestRun } from './estimates.ts';
import { measureEmbeddings } from './embedding-quality.ts';
import { comparisonFindings } from './findings.ts';
import { comparisonPage } from './comparison-page.ts';
import { predictClips } from './predict.ts';
import {
  type By,
  defaultSplit,
  type FinishedRun,
  networkRun,
  type RunSettings,
  runVariant,
  splitName,
  type Variant,
} from './runs.ts';

export interface StudyInput {
  /** As `loadDataset` takes it. */
  data: string;
  labels?: readonly string[];
  preset: Preset;
  config: TrainingConfig;
  seeds: readonly number[];
  /** Where report.json, report.html and the CSV go. */
  outDirectory: string;
  runsDirectory: string;
  cacheDirectory: string;
  resamples: number;
  /** For the report; without the paths of the machine. */
  command: string;
  /** What is being done, a line each time something else begins. */
  onProgress(text: string): void;
  hooks: RunHooks;
}

export const networks: readonly Variant[] = [
  { name: 'CRNN', architecture: 'crnn' },
  { name: 'CNN', architecture: 'cnn' },
];

/** @param leak also trains on splits at random, to measure what they hide */
export async function compareModels(
  input: StudyInput,
  { leak }: { leak: boolean },
): Promise<ComparisonReport> {
  const study = await openStudy(input);
  const { dataset, settings } = study;
  const by = defaultSplit(dataset);
  const finished = await runAll(study, networks, by);
  const testRuns = await Promise.all(
    input.seeds.map((seed) =>
      testRun(
        study,
        finished.filter((run) => run.seed === seed),
      ),
    ),
  );
  input.onProgress('intervals');
  const names = [...networks.map(({ name }) => name), ...baselineNames];
  const measured = measureModels(testRuns, names, seededRandom(1), input.resamples);
  const models = names.map((name) => describe(name, finished, testRuns, measured));
  const pairs = [
    ['CRNN', 'CNN'],
    ...networks.flatMap(({ name }) => baselineNames.slice(1).map((baseline) => [name, baseline])),
  ];
  const differences = pairs.map(([a, b]) => measured.difference(a!, b!));
  input.onProgress('embeddings');
  const embeddings = await measureEmbeddings(finished, study.mels, input.resamples);
  const leaks = leak ? await measureLeak(study, measured) : [];
  const report: ComparisonReport = {
    kind: 'comparison',
    ...header(input),
    dataset: summary(study, by, finished),
    findings: comparisonFindings({ models, differences, leaks, embeddings }),
    settings: {
      epochs: settings.config.epochs,
      seeds: [...input.seeds],
      preset: input.preset,
      resamples: input.resamples,
    },
    models,
    differences,
    leak: leaks,
    embeddings,
  };
  await writeReport(input.outDirectory, report, comparisonPage(report));
  await writeFile(path.join(input.outDirectory, 'per-genre.csv'), comparisonCsv(report));
  return report;
}

export interface Study {
  input: StudyInput;
  dataset: Dataset;
  mels: MelStore;
  settings: RunSettings;
}

export async function openStudy(input: StudyInput): Promise<Study> {
  const { preset, config, runsDirectory, cacheDirectory, command, labels } = input;
  await mkdir(input.outDirectory, { recursive: true });
  const dataset = await loadDataset(input.data, labels && { labels });
  for (const note of datasetNotes(dataset)) input.onProgress(note);
  const mels = await openMels(dataset.clips, defaultFrontEnd, cacheDirectory, (done, total) =>
    input.hooks.onPreparation?.('mel spectrograms', done, total),
  );
  return {
    input,
    mels,
    dataset: { ...dataset, clips: mels.clips },
    settings: { dataset, preset, config, runsDirectory, cacheDirectory, command },
  };
}

/** Every variant on every seed, one after the other. */
export async function runAll(
  { input, settings, dataset }: Study,
  variants: readonly Variant[],
  by: By,
): Promise<FinishedRun[]> {
  const finished: FinishedRun[] = [];
  for (const seed of input.seeds) {
    for (const variant of variants) {
      input.onProgress(`${variant.name}, seed ${seed}, split ${splitName(by)}`);
      finished.push(await runVariant({ ...settings, dataset }, variant, seed, by, input.hooks));
    }
  }
  return finished;
}

/** What the networks of one seed, and the baselines, give for its test clips. */
async function testRun(
  { input, dataset, mels }: Study,
  finished: readonly FinishedRun[],
): Promise<TestRun> {
  const [{ split, seed }] = finished as [FinishedRun];
  const probabilities = await predictTests(finished, mels);
  input.onProgress(`baselines, seed ${seed}`);
  const baselines = await runBaselines(split, mels, defaultFrontEnd.melBands, dataset.labels);
  return {
    ...testSide(split, dataset, seed),
    probabilities: { ...probabilities, ...baselines },
  };
}

/** What each network gives for its test clips. */
async function predictTests(finished: readonly FinishedRun[], mels: MelStore) {
  const probabilities: Record<string, number[][]> = {};
  for (const { variant, modelDirectory, split } of finished) {
    const predictor = await openPredictor(modelDirectory);
    probabilities[variant.name] = await predictClips(predictor, split.test, mels);
    predictor.close();
  }
  return probabilities;
}

export const testSide = (split: Split, { labels }: Dataset, seed: number) => ({
  seed,
  labels,
  truth: split.test.map(({ label }) => label),
  groups: split.test.map(groupOf),
});

function describe(
  name: string,
  finished: readonly FinishedRun[],
  testRuns: readonly TestRun[],
  measured: Measured,
): ComparedModel {
  const runs = finished.filter(({ variant }) => variant.name === name);
  const all = testRuns.map((run) => predictions(run, name));
  const { labels } = testRuns[0]!;
  const pooled = {
    labels,
    truth: all.flatMap(({ truth }) => [...truth]),
    probabilities: all.flatMap(({ probabilities }) => [...probabilities]),
  };
  const rankings = labels.map((label, column) =>
    rank(
      pooled.probabilities.map((row) => row[column]!),
      pooled.truth.map((truth) => truth === label),
    ),
  );
  const curves = (curveOf: typeof rocCurve): Curve[] =>
    rankings.map((ranking, i) => thinned(labels[i]!, curveOf(ranking)));
  const cells = pooled.probabilities.flatMap((row) => Array.from(row));
  const outcomes = pooled.truth.flatMap((truth) => labels.map((label) => label === truth));
  return {
    name,
    kind: runs.length > 0 ? 'network' : 'baseline',
    parameters: runs[0] ? parameterCount(runs[0].network) : null,
    runs: runs.map(networkRun),
    scores: measured.scores(name),
    confusion: confusionMatrix(pooled),
    roc: curves(rocCurve),
    precisionRecall: curves(precisionRecallCurve),
    reliability: reliability(cells, outcomes).map(
      ({ from, count, meanProbability, shareTrue }): ReliabilityBin => ({
        from,
        count,
        meanProbability: count === 0 ? null : meanProbability,
        shareTrue: count === 0 ? null : shareTrue,
      }),
    ),
  };
}

/** At most 200 points, ends included; none where the label has no curve. */
function thinned(label: string, { x, y }: { x: number[]; y: number[] }): Curve {
  if ([...x, ...y].some(Number.isNaN)) return { label, x: [], y: [] };
  const step = Math.max(1, (x.length - 1) / 199);
  const kept = Array.from({ length: Math.floor((x.length - 1) / step) + 1 }, (_, i) =>
    Math.round(i * step),
  );
  if (kept.at(-1) !== x.length - 1) kept.push(x.length - 1);
  return { label, x: kept.map((i) => x[i]!), y: kept.map((i) => y[i]!) };
}

async function measureLeak(study: Study, byArtist: Measured): Promise<Leak[]> {
  const { input, mels, dataset } = study;
  const finished = await runAll(study, networks, 'random');
  const runs: TestRun[] = [];
  for (const seed of input.seeds) {
    const ofSeed = finished.filter((run) => run.seed === seed);
    const probabilities = await predictTests(ofSeed, mels);
    runs.push({ ...testSide(ofSeed[0]!.split, dataset, seed), probabilities });
  }
  const names = networks.map(({ name }) => name);
  const atRandom = measureModels(runs, names, seededRandom(1), input.resamples);
  const three = (measured: Measured, name: string) => {
    const { accuracy, macroF1, macroAuc } = measured.scores(name);
    return { accuracy, macroF1, macroAuc };
  };
  return names.map((model) => ({
    model,
    byArtist: three(byArtist, model),
    atRandom: three(atRandom, model),
  }));
}

export const header = ({ command }: StudyInput) => ({
  createdAt: new Date().toISOString(),
  command,
  machine: `${os.cpus().length} x ${os.cpus()[0]?.model}`,
});

export const summary = (
  { dataset, mels }: Study,
  by: By,
  finished: readonly FinishedRun[],
): DatasetSummary => {
  const splits = new Map(finished.map(({ seed, split }) => [seed, split]));
  return {
    name: dataset.name,
    manifestHash: dataset.manifestHash,
    labels: dataset.labels,
    split: splitName(by),
    sides: [...splits.values()].map(({ train, validation, test }) => ({
      train: train.length,
      validation: validation.length,
      test: test.length,
    })),
    testGroups: new Set([...splits.values()].flatMap(({ test }) => test.map(groupOf))).size,
    leftOut: [
      ...dataset.skipped,
      ...mels.failed.map(({ clip, message }) => ({ path: clip.path, reason: message })),
    ].map(({ path: file, reason }) => ({ path: path.basename(file), reason })),
  };
};

export async function writeReport(folder: string, report: object, page: string): Promise<void> {
  await writeFile(path.join(folder, 'report.json'), `${JSON.stringify(report)}\n`);
  await writeFile(path.join(folder, 'report.html'), page);
}
