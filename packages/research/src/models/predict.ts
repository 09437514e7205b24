/** Probabilities of clips from a trained network, as it is or disturbed. */
import type { Clip, MelSource, Predictor } from '@consonance/models/training';

/** What a clip's windows become before the network hears them, and how it hears them. */
export interface Disturbance {
  /** Changes a window; melBands x frames in dB, row-major. The result has one size for all windows. */
  change?(mel: Float32Array, melBands: number): Float32Array;
  /** The order in which the GRU layers see so many time steps. */
  timeOrder?(steps: number, window: number): number[];
}

const windowsPerBatch = 16;

/** Rows of probabilities, a clip a row: the mean over its windows. */
export async function predictClips(
  predictor: Predictor,
  clips: readonly Clip[],
  mels: MelSource,
  { change, timeOrder }: Disturbance = {},
  stepsOf?: (frames: number) => number,
): Promise<number[][]> {
  const { melBands } = predictor.model.network;
  const rows: number[][] = [];
  // Each order is of one batch: where the order differs, a batch is a single window.
  const batchSize = timeOrder ? 1 : windowsPerBatch;
  let number = 0;
  for (const clip of clips) {
    const windows = (await mels.get(clip))!.map((mel) => change?.(mel, melBands) ?? mel);
    const logits: Float32Array[] = [];
    for (let at = 0; at < windows.length; at += batchSize) {
      const batch = windows.slice(at, at + batchSize);
      const order = timeOrder?.(stepsOf!(batch[0]!.length / melBands), number++);
      logits.push(...(await predictor.predict(batch, order ? { timeOrder: order } : {})));
    }
    rows.push(meanProbabilities(logits));
  }
  return rows;
}

export const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

const meanProbabilities = (logits: readonly Float32Array[]): number[] =>
  Array.from(
    logits[0]!,
    (_, label) => logits.reduce((sum, row) => sum + sigmoid(row[label]!), 0) / logits.length,
  );
