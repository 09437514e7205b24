/** `npm run train -- --data <manifest.csv> --out <folder>`: trains the compact CRNN. */
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { defaultFrontEnd } from './front-end.ts';
import { parameterCount } from './network-config.ts';
import { compactCrnn } from './presets.ts';
import { writeAtomically } from './tensor-file.ts';
import { tensorflowInfo } from './tensorflow.ts';
import { defaultTrainingConfig, type TrainingConfig } from './training/config.ts';
import { datasetNotes, loadDataset } from './data/dataset.ts';
import { readWorks, writeManifest } from './data/manifest.ts';
import { openMels } from './data/mel-store.ts';
import { modelCard, type TrainingRun } from './training/model-card.ts';
import { splitDataset } from './data/split.ts';
import { loadTeacher, toTeacherSpace } from './training/teacher.ts';
import { type EpochReport, train } from './training/trainer.ts';

const usage = `Trains the compact CRNN on labelled clips.

  npm run train -- --data <manifest.csv> --out <folder> [options]

  --data <file>      CSV with the columns path and label, and artist, work, corpus, recorded (yes, no)
  --out <folder>     configuration, checkpoint, history, model, and a manifest of each side of the split;
                     an interrupted run goes on from there
  --exclude <file>   CSV with a column work: clips of these works are left out
  --epochs <n>       default ${defaultTrainingConfig.epochs}
  --seed <n>         default ${defaultTrainingConfig.seed}
  --config <file>    JSON with any of the settings of training/config.ts
  --about <file>     Markdown for the model card: what the data are, their licences, what to expect
  --cache <folder>   where mel spectrograms are kept, default .cache/mel`;

const { values: options } = parseArgs({
  options: {
    data: { type: 'string' },
    out: { type: 'string' },
    exclude: { type: 'string' },
    epochs: { type: 'string' },
    seed: { type: 'string' },
    config: { type: 'string' },
    about: { type: 'string' },
    cache: { type: 'string', default: path.join('.cache', 'mel') },
    help: { type: 'boolean', short: 'h' },
  },
});
if (options.help || !options.data || !options.out) {
  console.log(usage);
  process.exit(options.help ? 0 : 2);
}

const config: TrainingConfig = {
  ...defaultTrainingConfig,
  ...(options.config !== undefined && JSON.parse(await readFile(options.config, 'utf8'))),
  ...(options.epochs !== undefined && { epochs: Number(options.epochs) }),
  ...(options.seed !== undefined && { seed: Number(options.seed) }),
};
const excluded = options.exclude === undefined ? undefined : await readWorks(options.exclude);
const dataset = await loadDataset(options.data, excluded && { excludedWorks: excluded });
for (const note of datasetNotes(dataset)) console.log(note);
const mels = await openMels(dataset.clips, defaultFrontEnd, options.cache, (done, total) => {
  if (done % 200 === 0 || done === total) console.log(`mel spectrograms ${done}/${total}`);
});
for (const { clip, message } of mels.failed) console.log(`left out: ${clip.path}: ${message}`);
const { clips } = mels;
const split = splitDataset(clips, { seed: config.seed });
const teacher =
  config.distillationWeight === 0
    ? undefined
    : toTeacherSpace(
        await loadTeacher(clips, options.cache, (done, total) => {
          if (done % 200 === 0 || done === total) console.log(`teacher ${done}/${total}`);
        }),
        split.train,
      );
const sizes = Object.fromEntries(Object.entries(split).map(([side, list]) => [side, list.length]));
for (const [side, list] of Object.entries(split)) {
  await writeManifest(path.join(options.out, `${side}.csv`), list);
}
const network = compactCrnn(defaultFrontEnd.melBands, dataset.labels);
console.log(
  `${clips.length} clips: ${JSON.stringify(sizes)}; ${parameterCount(network)} parameters; ${tensorflowInfo().device}`,
);

const controller = new AbortController();
process.once('SIGINT', () => {
  console.log('Stopping after this epoch; the same command goes on from there.');
  controller.abort(new Error('stopped'));
});
const started = performance.now();
let epochsHere = 0;
const windows = new Map(
  await Promise.all(clips.map(async (clip) => [clip, await mels.get(clip)] as const)),
);
const result = await train({
  ...{ split, network, config, mels: windows, frontEnd: defaultFrontEnd },
  ...(teacher && { teacher }),
  runDirectory: options.out,
  signal: controller.signal,
  onEpoch: (report) => {
    const secondsPerEpoch = (performance.now() - started) / 1000 / ++epochsHere;
    console.log(
      `${describe(report)}  ${Math.round((config.epochs - report.epoch) * secondsPerEpoch)} s left`,
    );
  },
}).catch((error: unknown) => {
  if (controller.signal.aborted) process.exit(130);
  throw error;
});

function describe({
  epoch,
  labelLoss,
  contrastLoss,
  distillationLoss,
  clipsPerSecond,
  validation,
}: EpochReport): string {
  const { macroF1, macroAuc, accuracy, precisionAt5, recordedPrecisionAt5 } = validation;
  const numbers = {
    labelLoss,
    contrastLoss,
    distillationLoss,
    macroF1,
    macroAuc,
    accuracy,
    precisionAt5,
    recordedPrecisionAt5,
  };
  const shown = Object.entries(numbers).map(([name, value]) => `${name} ${value.toFixed(3)}`);
  return `epoch ${epoch}/${config.epochs}  ${shown.join('  ')}  ${clipsPerSecond.toFixed(0)} clips/s`;
}

const run: TrainingRun = {
  // Where the files lie on this machine is nobody's business.
  command: ['npm run train --', ...process.argv.slice(2).map((arg) => path.basename(arg))].join(
    ' ',
  ),
  date: new Date().toISOString(),
  machine: `${os.cpus().length} x ${os.cpus()[0]?.model}`,
  versions: { node: process.version, ...tensorflowInfo() },
  commit: execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).trim(),
  manifestHash: dataset.manifestHash,
  split: 'by artist (by work where the artist is unknown)',
  clips: sizes,
  // Of all epochs, also those of an interrupted run before this one.
  trainSeconds: Math.round(
    result.history.reduce(
      (sum, { clipsPerSecond }) => sum + split.train.length / clipsPerSecond,
      0,
    ),
  ),
  ...{ config, frontEnd: defaultFrontEnd, network },
  ...result,
};
const modelFolder = path.join(options.out, 'model');
const about = options.about === undefined ? '' : await readFile(options.about, 'utf8');
await writeAtomically(path.join(modelFolder, 'run.json'), `${JSON.stringify(run, null, 1)}\n`);
await writeAtomically(path.join(modelFolder, 'MODEL_CARD.md'), modelCard(run, about));
console.log(
  `model ${result.modelId} of epoch ${result.bestEpoch} in ${modelFolder}; test:`,
  result.test,
);
