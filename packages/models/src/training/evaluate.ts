import { combine, embedWindows } from '../embedder.ts';
import type { Standardization, Weights } from '../network.ts';
import { embeddingDimensions, type NetworkConfig } from '../network-config.ts';
import type { Clip } from '../data/dataset.ts';
import { classificationScores, type LabelScore, precisionAtK } from '@consonance/statistics';
import type { MelSource } from '../data/mel-store.ts';

export interface Evaluation {
  clips: number;
  /** Binary cross-entropy of the clips' probabilities, summed over the labels as in training. */
  labelLoss: number;
  macroF1: number;
  macroAuc: number;
  accuracy: number;
  /** Precision@5 by genre among the candidates of other artists and works. */
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
 * Scores held-out clips, which search among themselves and the candidates.
 *
 * @param candidates training clips: all of them, or a sample where time counts
 * @returns the scores, and the mean embedding of the candidates' windows, which centres embeddings
 */
export async function evaluate(
  trained: Trained,
  candidates: readonly Clip[],
  heldOut: readonly Clip[],
  mels: MelSource,
): Promise<{ scores: Evaluation; embeddingMean: Float32Array }> {
  const { labels } = trained.network;
  const candidateOutputs = await clipOutputs(trained, candidates, mels);
  const windows = candidateOutputs.flat();
  const embeddingMean = windows[0]!.embedding.map(
    (_, i) => windows.reduce((sum, window) => sum + window.embedding[i]!, 0) / windows.length,
  );
  const embed = (clips: readonly Clip[], outputs: typeof candidateOutputs) =>
    clips.map((clip, i) => {
      const centred = outputs[i]!.map((window) => ({
        ...window,
        embedding: window.embedding.map((value, k) => value - embeddingMean[k]!),
      }));
      return { ...clip, ...combine(centred, labels) };
    });
  const queries = embed(heldOut, await clipOutputs(trained, heldOut, mels));
  const searched = [...embed(candidates, candidateOutputs), ...queries];
  const recordings = <T extends Clip>(clips: readonly T[]) =>
    clips.filter(({ recorded }) => recorded);
  const probabilities = queries.map(({ genres }) => labels.map((label) => genres[label]!));
  const truth = heldOut.map(({ label }) => label);
  const { macroF1, macroAuc, accuracy, perLabel } = classificationScores({
    labels,
    probabilities,
    truth,
  });
  return {
    embeddingMean,
    scores: {
      clips: heldOut.length,
      labelLoss: crossEntropy(probabilities, truth, labels),
      macroF1,
      macroAuc,
      accuracy,
      precisionAt5: precisionAtK(queries, searched),
      recordedPrecisionAt5: precisionAtK(recordings(queries), recordings(searched)),
      perLabel,
    },
  };
}

/** Probabilities are kept from 0 and 1 by 1e-7, so that a single clip cannot make it infinite. */
function crossEntropy(
  probabilities: readonly number[][],
  truth: readonly string[],
  labels: readonly string[],
): number {
  const clipped = (p: number) => Math.min(Math.max(p, 1e-7), 1 - 1e-7);
  const rows = probabilities.map((row, i) =>
    row.reduce((sum, p, j) => sum - Math.log(clipped(labels[j] === truth[i] ? p : 1 - p)), 0),
  );
  return rows.reduce((sum, row) => sum + row, 0) / rows.length;
}

/** What the network gives for every window of each clip, not yet centred. */
async function clipOutputs(
  { network, weights, standardization }: Trained,
  clips: readonly Clip[],
  mels: MelSource,
) {
  const embeddingMean = new Float32Array(embeddingDimensions(network));
  const outputs = [];
  for (let at = 0; at < clips.length; at += 32) {
    const batch = clips.slice(at, at + 32);
    const windows = await Promise.all(batch.map(async (clip) => (await mels.get(clip))!));
    const rows = await embedWindows(
      { network, standardization, embeddingMean },
      weights,
      windows.flat(),
    );
    outputs.push(...windows.map(({ length }) => rows.splice(0, length)));
  }
  return outputs;
}
