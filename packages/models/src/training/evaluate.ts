import { combine, embedWindows } from '../embedder.ts';
import {
  embeddingDimensions,
  type NetworkConfig,
  type Standardization,
  type Weights,
} from '../network.ts';
import type { Clip } from '../data/dataset.ts';
import { accuracy, type LabelScore, labelScores, macro, precisionAtK } from './metrics.ts';
import type { Split } from '../data/split.ts';

export interface Evaluation {
  clips: number;
  macroF1: number;
  macroAuc: number;
  accuracy: number;
  /** Precision@5 by genre among all clips of other artists and works. */
  precisionAt5: number;
  /** The same between recordings only. */
  recordedPrecisionAt5: number;
  perLabel: LabelScore[];
}

interface Trained {
  network: NetworkConfig;
  weights: Weights;
  standardization: Standardization;
}

/**
 * Scores held-out clips, which search among themselves and the training clips.
 *
 * @returns the scores, and the mean embedding of the training clips' windows, which centres embeddings
 */
export async function evaluate(
  trained: Trained,
  training: readonly Clip[],
  heldOut: Split['validation'],
  mels: ReadonlyMap<Clip, Float32Array[]>,
): Promise<{ scores: Evaluation; embeddingMean: Float32Array }> {
  const { labels } = trained.network;
  const trainingOutputs = await clipOutputs(trained, training, mels);
  const windows = trainingOutputs.flat();
  const embeddingMean = windows[0]!.embedding.map(
    (_, i) => windows.reduce((sum, window) => sum + window.embedding[i]!, 0) / windows.length,
  );
  const embed = (clips: readonly Clip[], outputs: typeof trainingOutputs) =>
    clips.map((clip, i) => {
      const centred = outputs[i]!.map((window) => ({
        ...window,
        embedding: window.embedding.map((value, k) => value - embeddingMean[k]!),
      }));
      return { ...clip, ...combine(centred, labels) };
    });
  const queries = embed(heldOut, await clipOutputs(trained, heldOut, mels));
  const candidates = [...embed(training, trainingOutputs), ...queries];
  const recordings = <T extends Clip>(clips: readonly T[]) =>
    clips.filter(({ recorded }) => recorded);
  const probabilities = queries.map(({ genres }) => labels.map((label) => genres[label]!));
  const truth = heldOut.map(({ label }) => label);
  const perLabel = labelScores(probabilities, truth, labels);
  return {
    embeddingMean,
    scores: {
      clips: heldOut.length,
      macroF1: macro(perLabel.filter(({ support }) => support > 0).map(({ f1 }) => f1)),
      macroAuc: macro(perLabel.map(({ auc }) => auc)),
      accuracy: accuracy(probabilities, truth, labels),
      precisionAt5: precisionAtK(queries, candidates),
      recordedPrecisionAt5: precisionAtK(recordings(queries), recordings(candidates)),
      perLabel,
    },
  };
}

/** What the network gives for every window of each clip, not yet centred. */
async function clipOutputs(
  { network, weights, standardization }: Trained,
  clips: readonly Clip[],
  mels: ReadonlyMap<Clip, Float32Array[]>,
) {
  const embeddingMean = new Float32Array(embeddingDimensions(network));
  const outputs = [];
  for (let at = 0; at < clips.length; at += 32) {
    const batch = clips.slice(at, at + 32);
    const windows = batch.flatMap((clip) => mels.get(clip)!);
    const rows = await embedWindows({ network, standardization, embeddingMean }, weights, windows);
    outputs.push(...batch.map((clip) => rows.splice(0, mels.get(clip)!.length)));
  }
  return outputs;
}
