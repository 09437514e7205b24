/** A whole training run: data set and configuration in, run folder out. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, statfs } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { FrontEnd } from '@consonance/audio';
import type { Clip, Dataset } from '../data/dataset.ts';
import { writeManifest } from '../data/manifest.ts';
import { type MelStore, openMels } from '../data/mel-store.ts';
import type { Side, Split } from '../data/split.ts';
import { ModelError } from '../errors.ts';
import { type NetworkConfig, parameterCount } from '../network-config.ts';
import { readWeights } from '../model-file.ts';
import { writeAtomically } from '../tensor-file.ts';
import { tensorflowInfo } from '../tensorflow.ts';
import { claimFolder } from './claim-folder.ts';
import type { TrainingConfig } from './config.ts';
import { type Environment, modelCard, type TrainingRun } from './model-card.ts';
import { loadTeacher, toTeacherSpace } from './teacher.ts';
import { type EpochReport, type StepProgress, train } from './trainer.ts';

export interface RunSpec {
  dataset: Pick<Dataset, 'name' | 'labels' | 'manifestHash'>;
  split: Split;
  /** How it was split, in words, for the model card: 'by artist'. */
  splitBy: string;
  network: NetworkConfig;
  frontEnd: FrontEnd;
  config: TrainingConfig;
  /** Model folder whose weights the training begins with, where their shapes fit: fine-tuning. */
  from?: string;
  runDirectory: string;
  /** Where mel spectrograms are kept. */
  cacheDirectory: string;
  /** Goes on with a run that stopped, and takes a finished one as it is; else a run there is an error. */
  resume?: boolean;
  /** For the model card; the folders of this machine are nobody's business. */
  command: string;
  /** Markdown for the model card: what the data are, their licences, what to expect. */
  about?: string;
}

export interface RunHooks {
  /** Before the training: spectrograms, and what the teacher hears. */
  onPreparation?(what: 'mel spectrograms' | 'teacher', done: number, total: number): void;
  /** Clips that cannot be decoded and are left out. */
  onFailedClips?(failed: MelStore['failed']): void;
  onStep?(progress: StepProgress): void;
  onEpoch?(report: EpochReport): void;
  /** Stops after the step that is running; called again with `resume`, the run ends in the same model. */
  signal?: AbortSignal;
}

/**
 * Trains a network and writes `runDirectory`: config.json (with the seed), dataset.json and a manifest of
 * each side of the split, environment.json, history.json, checkpoint, and the model with its card in
 * `model`.
 *
 * @throws ModelError BAD_OPTION when there is a run in the folder already, or another configuration's;
 * BAD_DATA, NOT_WRITTEN naming the thing
 */
export async function trainRun(spec: RunSpec, hooks: RunHooks = {}): Promise<TrainingRun> {
  const { dataset, network, frontEnd, config, runDirectory, cacheDirectory } = spec;
  const file = (name: string) => path.join(runDirectory, name);
  if (!spec.resume && existsSync(file('config.json'))) {
    throw new ModelError(
      'BAD_OPTION',
      `There is a run in ${runDirectory} already: resume it, or choose another folder.`,
    );
  }
  await claimFolder(file('config.json'), { network, frontEnd, config });
  await claimFolder(file('dataset.json'), { ...pickDataset(dataset), splitBy: spec.splitBy });
  const finished = await readFile(file('model/run.json'), 'utf8').catch(() => undefined);
  if (finished !== undefined) return JSON.parse(finished) as TrainingRun;

  await checkSpace(runDirectory, network);
  const initial = spec.from === undefined ? undefined : await readWeights(spec.from);
  const everything = Object.values(spec.split).flat();
  const mels = await openMels(everything, frontEnd, cacheDirectory, (done, total) =>
    hooks.onPreparation?.('mel spectrograms', done, total),
  );
  if (mels.failed.length > 0) hooks.onFailedClips?.(mels.failed);
  const split = decodable(spec.split, mels);
  const teacher = config.distillationWeight > 0 && (await teach(split, cacheDirectory, hooks));
  for (const [side, clips] of Object.entries(split))
    await writeManifest(file(`${side}.csv`), clips);
  const environment = currentEnvironment();
  await writeAtomically(file('environment.json'), JSON.stringify(environment, null, 1));

  const result = await train({
    split,
    mels,
    network,
    frontEnd,
    config,
    runDirectory,
    ...hooks,
    ...(teacher && { teacher }),
    ...(initial && { initial }),
  });
  const run: TrainingRun = {
    ...environment,
    command: spec.command,
    manifestHash: dataset.manifestHash,
    split: spec.splitBy,
    clips: Object.fromEntries(Object.entries(split).map(([side, clips]) => [side, clips.length])),
    // Of all epochs, also those before an interruption.
    trainSeconds: Math.round(
      result.history.reduce(
        (sum, { clipsPerSecond }) => sum + split.train.length / clipsPerSecond,
        0,
      ),
    ),
    config,
    frontEnd,
    network,
    ...result,
  };
  await writeAtomically(file('model/MODEL_CARD.md'), modelCard(run, spec.about ?? ''));
  // Last: it says that the run is finished.
  await writeAtomically(file('model/run.json'), `${JSON.stringify(run, null, 1)}\n`);
  return run;
}

const pickDataset = ({ name, labels, manifestHash }: RunSpec['dataset']) => ({
  name,
  labels,
  manifestHash,
});

/** Checkpoint, best weights and model, each once beside its successor, need about so much. */
async function checkSpace(folder: string, network: NetworkConfig): Promise<void> {
  await mkdir(folder, { recursive: true });
  const needed = 40 * parameterCount(network) + 2 ** 20;
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= needed) return;
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)} MiB`;
  throw new ModelError(
    'NOT_WRITTEN',
    `Expected ${megabytes(needed)} of free space for ${folder} but there are ${megabytes(bavail * bsize)}.`,
  );
}

/** The split without the clips that cannot be decoded. */
function decodable(split: Split, mels: MelStore): Split {
  const there = new Set(mels.clips);
  const side = (name: Side): Clip[] => {
    const clips = split[name].filter((clip) => there.has(clip));
    if (clips.length > 0) return clips;
    const reason = mels.failed[0] ? ` (${mels.failed[0].message})` : '';
    throw new ModelError(
      'BAD_DATA',
      `Expected clips for ${name} but none can be decoded${reason}.`,
    );
  };
  return { train: side('train'), validation: side('validation'), test: side('test') };
}

async function teach(split: Split, cacheDirectory: string, { onPreparation }: RunHooks) {
  const vectors = await loadTeacher(split.train, cacheDirectory, (done, total) =>
    onPreparation?.('teacher', done, total),
  );
  return toTeacherSpace(vectors, split.train);
}

const currentEnvironment = (): Environment => ({
  date: new Date().toISOString(),
  machine: `${os.cpus().length} x ${os.cpus()[0]?.model}`,
  versions: { node: process.version, ...tensorflowInfo() },
  commit: currentCommit(),
});

function currentCommit(): string {
  try {
    const options = { encoding: 'utf8', cwd: import.meta.dirname, stdio: 'pipe' } as const;
    return execFileSync('git', ['rev-parse', 'HEAD'], options).trim();
  } catch {
    return '';
  }
}
