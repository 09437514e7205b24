import { existsSync } from 'node:fs';
import path from 'node:path';
import type { FrontEnd } from '@consonance/audio';
import {
  type Clip,
  compactCrnn,
  type Dataset,
  leaveOut,
  splitDataset,
  trainingConfig,
  trainRun,
} from '@consonance/models/training';

export interface FoldNetworkInput {
  clips: readonly Clip[];
  dataset: Dataset;
  /** Left out. */
  corpora: readonly string[];
  frontEnd: FrontEnd;
  cacheDirectory: string;
  runDirectory: string;
  epochs: number;
  seed: number;
  command: string;
  onProgress(text: string): void;
  signal?: AbortSignal;
}

/**
 * The shipped network's recipe, trained without some corpora. A finished run is taken as it is, one that
 * was stopped goes on.
 *
 * @returns its model folder
 */
export async function foldNetwork(input: FoldNetworkInput): Promise<string> {
  const { clips, dataset, corpora, cacheDirectory, runDirectory, command } = input;
  const { seed, epochs, frontEnd, signal } = input;
  const model = path.join(runDirectory, 'model');
  if (existsSync(path.join(model, 'model.json'))) return model;
  await trainRun(
    {
      dataset,
      cacheDirectory,
      runDirectory,
      command,
      resume: true,
      split: splitDataset(leaveOut(clips, corpora).kept, { seed }),
      splitBy: `by artist, without ${corpora.join(', ')}`,
      network: compactCrnn(frontEnd.melBands, dataset.labels),
      frontEnd,
      config: trainingConfig('product', { epochs, seed }),
    },
    {
      ...(signal && { signal }),
      onEpoch: ({ epoch }) =>
        input.onProgress(`${path.basename(runDirectory)}: epoch ${epoch} of ${epochs}`),
    },
  );
  return model;
}
