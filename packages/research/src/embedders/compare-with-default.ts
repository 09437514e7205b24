/** Is a model that was trained on somebody's own music better for it than the one in use? */
import { availableParallelism } from 'node:os';
import { AudioWorkerPool } from '@consonance/audio';
import type { TrackEmbedding } from '@consonance/models';
import { type Clip, forEachConcurrently, groupOf, openEmbedder } from '@consonance/models/training';
import {
  bootstrap,
  differencePValue,
  macro,
  rank,
  areaUnderRoc,
  seededRandom,
} from '@consonance/statistics';
import { estimateOf } from '../estimate.ts';
import type { Difference, Estimate } from '../report-types.ts';
import { scoreQuery } from './quality.ts';

export interface ComparisonInput {
  /** Name or model folder of the new model, and of the one in use. */
  candidate: string;
  current: string;
  /** Clips of artists that the new model's training did not hear: the queries. */
  heldOut: readonly Clip[];
  /** What is searched besides them. */
  training: readonly Clip[];
  seed: number;
  resamples: number;
  onProgress(done: number, total: number): void;
}

export interface Comparison {
  queries: number;
  artists: number;
  precisionAt5: { candidate: Estimate; current: Estimate; difference: Difference };
  /** Over the labels that both models know. */
  macroAuc: { candidate: Estimate; current: Estimate; difference: Difference };
  /** Whether the interval of the difference in precision is above 0, and that of the AUC not below. */
  isBetter: boolean;
}

/**
 * Both models hear all clips; each held-out clip searches among the others, its artist and work left
 * out. Intervals draw the artists anew.
 *
 * @throws ModelError BAD_MODEL; AudioError for a clip that cannot be decoded
 */
export async function compareWithDefault(input: ComparisonInput): Promise<Comparison> {
  const { heldOut, training, seed, resamples, onProgress } = input;
  const clips = [...heldOut, ...training];
  const total = 2 * clips.length;
  const candidate = await hear(input.candidate, clips, (done) => onProgress(done, total));
  const current = await hear(input.current, clips, (done) =>
    onProgress(clips.length + done, total),
  );
  const queries = [...heldOut.keys()].filter(
    (i) => scoreQuery(i, clips, candidate.embeddings) !== undefined,
  );
  const labels = [...new Set(queries.map((i) => clips[i]!.label))].sort();
  const models = [candidate, current].map(({ embeddings, tracks, labels: known }) => ({
    known,
    precisions: queries.map((i) => scoreQuery(i, clips, embeddings)!.precisionAt5),
    genres: queries.map((i) => tracks[i]!.genres),
  }));
  const shared = labels.filter((label) => models.every(({ known }) => known.includes(label)));
  const isOf = (label: string) => queries.map((i) => clips[i]!.label === label);
  const rankings = models.map(
    ({ genres }) =>
    shared.map((label) => rank(genres.map((row) => row[label]!), isOf(label))), // prettier-ignore
  );
  const statistics = (weights: Float64Array): number[] => {
    const precision = models.map(({ precisions }) =>
      macro(labels.map((label) => weightedMean(precisions, weights, isOf(label)))),
    );
    const auc = rankings.map((of) => macro(of.map((ranking) => areaUnderRoc(ranking, weights))));
    return [precision, auc].flatMap(([a, b]) => [a!, b!, a! - b!]);
  };
  const groups = queries.map((i) => groupOf(clips[i]!));
  const drawn = bootstrap([groups], (_, w) => statistics(w), seededRandom(seed), resamples);
  const estimate = (i: number): Estimate => estimateOf(drawn, i);
  const compared = (i: number) => ({
    candidate: estimate(i),
    current: estimate(i + 1),
    difference: {
      ...estimate(i + 2),
      pValue: differencePValue(drawn.samples.map((row) => row[i + 2]!)),
    },
  });
  const [precisionAt5, macroAuc] = [compared(0), compared(3)];
  return {
    queries: queries.length,
    artists: new Set(groups).size,
    precisionAt5,
    macroAuc,
    isBetter:
      (precisionAt5.difference.interval?.[0] ?? 0) > 0 &&
      (macroAuc.difference.interval?.[1] ?? 0) >= 0,
  };
}

async function hear(
  source: string,
  clips: readonly Clip[],
  onProgress: (done: number) => void,
): Promise<{ tracks: TrackEmbedding[]; embeddings: Float32Array[]; labels: readonly string[] }> {
  const embedder = await openEmbedder(source);
  const workers = availableParallelism();
  const pool = new AudioWorkerPool({ workers, frontEnd: embedder.frontEnd });
  const heard = new Map<Clip, TrackEmbedding>();
  try {
    await forEachConcurrently(clips, 2 * workers, async (clip) => {
      const { windows } = await pool.analyze(clip.path);
      heard.set(clip, (await embedder.embed([windows]))[0]!);
      onProgress(heard.size);
    });
  } finally {
    await Promise.all([pool.close(), embedder.close()]);
  }
  const tracks = clips.map((clip) => heard.get(clip)!);
  const embeddings = tracks.map(({ embedding }) => embedding);
  return { tracks, embeddings, labels: embedder.labels };
}

function weightedMean(
  values: readonly number[],
  weights: Float64Array,
  counts: readonly boolean[],
): number {
  let sum = 0;
  let total = 0;
  values.forEach((value, i) => {
    if (!counts[i]) return;
    sum += weights[i]! * value;
    total += weights[i]!;
  });
  return total > 0 ? sum / total : NaN;
}
