/** The training runs that a report is made of; kept in a folder, and used again. */
import { frontEndFrames } from '@consonance/audio';
import path from 'node:path';
import {
  type Dataset,
  defaultFrontEnd,
  type NetworkChoice,
  type NetworkConfig,
  presetNetwork,
  type Preset,
  type RunHooks,
  splitDataset,
  type Split,
  type TrainingConfig,
  type TrainingRun,
  trainRun,
} from '@consonance/models/training';
import type { NetworkRun } from '../report-types.ts';

export interface RunSettings {
  dataset: Dataset;
  preset: Preset;
  config: TrainingConfig;
  /** Where the runs lie; one that is finished is taken as it is, one that stopped goes on. */
  runsDirectory: string;
  cacheDirectory: string;
  /** For the model cards. */
  command: string;
}

export type By = 'artist' | 'random' | 'own';

const splitWords: Record<By, string> = {
  artist: 'by artist',
  random: 'at random',
  own: "the data set's own",
};

export const defaultSplit = ({ clips }: Dataset): By => (clips[0]?.split ? 'own' : 'artist');

/** The networks that the reports speak of, by name. */
export type Variant = Pick<NetworkChoice, 'architecture' | 'gruLayers' | 'pooling'> & {
  name: string;
};

export function variantNetwork({ dataset, preset, config }: RunSettings, variant: Variant) {
  const { architecture, gruLayers, pooling } = variant;
  return presetNetwork({
    architecture,
    preset,
    frontEnd: defaultFrontEnd,
    labels: dataset.labels,
    cropFrames: config.cropFrames ?? frontEndFrames(defaultFrontEnd),
    ...(gruLayers !== undefined && { gruLayers }),
    ...(pooling && { pooling }),
  });
}

export interface FinishedRun {
  variant: Variant;
  seed: number;
  split: Split;
  network: NetworkConfig;
  modelDirectory: string;
  run: TrainingRun;
}

/** Trains a variant on the split of a seed, or takes the run that there is. */
export async function runVariant(
  settings: RunSettings,
  variant: Variant,
  seed: number,
  by: By,
  hooks: RunHooks,
): Promise<FinishedRun> {
  const { dataset, preset, runsDirectory, cacheDirectory, command } = settings;
  const split = splitDataset(dataset.clips, { by, seed });
  const network = variantNetwork(settings, variant);
  const name = [variant.name, preset, ...(by === 'random' ? ['random-split'] : []), seed].join('-');
  const runDirectory = path.join(runsDirectory, name.replaceAll(' ', '-'));
  const run = await trainRun(
    {
      dataset,
      split,
      network,
      frontEnd: defaultFrontEnd,
      runDirectory,
      cacheDirectory,
      command,
      resume: true,
      splitBy: splitWords[by],
      config: { ...settings.config, seed },
    },
    hooks,
  );
  const modelDirectory = path.join(runDirectory, 'model');
  return { variant, seed, split, network, modelDirectory, run };
}

export const splitName = (by: By): string => splitWords[by];

const orNull = (value: number | null): number | null =>
  value === null || Number.isNaN(value) ? null : value;

export const networkRun = ({ variant, seed, run }: FinishedRun): NetworkRun => ({
  name: `${variant.name}, seed ${seed}`,
  seed,
  modelId: run.modelId,
  bestEpoch: run.bestEpoch,
  history: run.history.map(({ epoch, labelLoss, validation }) => ({
    epoch,
    labelLoss,
    macroF1: orNull(validation.macroF1),
    macroAuc: orNull(validation.macroAuc),
    accuracy: orNull(validation.accuracy),
  })),
});
