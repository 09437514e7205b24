/** Embedders against each other, on recordings of corpora that nothing was fitted to. */
import {
  type Clip,
  describeClips,
  fitFusion,
  frontEnds,
  fuse,
  fusionComponents,
  type FusionRecipe,
  fusionRecipes,
  groupOf,
  leaveOut,
  type MelSource,
} from '@consonance/models/training';
import type { FrontEnd } from '@consonance/audio';
import {
  bootstrap,
  differencePValue,
  expectedCalibrationError,
  fitLogisticRegression,
  macro,
  predictProbabilities,
  reliability,
  rocAuc,
  seededRandom,
} from '@consonance/statistics';
import { estimateOf } from '../estimate.ts';
import type { Difference, Estimate } from '../report-types.ts';
import { hubness, type QueryScores, scoreQuery } from './quality.ts';
import type { EmbedderScores } from './report-types.ts';

/** Front ends of the network alone. */
const networkFrontEnds = {
  crnn: frontEnds[22050],
  'crnn-12khz': frontEnds[12000],
  'crnn-16khz': frontEnds[16000],
};

/** The network alone, and everything that is made of parts. */
export const candidateNames: readonly string[] = [
  ...Object.keys(networkFrontEnds),
  ...Object.keys(fusionRecipes),
];

/** Front end of the networks that a candidate wants trained without each fold; undefined where it wants none. */
export function networkFrontEnd(name: string): FrontEnd | undefined {
  if (name in networkFrontEnds) return networkFrontEnds[name as keyof typeof networkFrontEnds];
  const { parts } = recipeOf(name);
  return parts.some(({ spec }) => spec.kind === 'network') ? networkFrontEnds.crnn : undefined;
}

/** What the others are compared with. */
export const reference = 'timbre';

export interface Fold {
  /** Corpora that are left out. */
  corpora: readonly string[];
  /** By sample rate: model folder of a network that was trained without them. */
  networks: ReadonlyMap<number, string>;
}

export interface EvaluationInput {
  /** Decodable clips; recordings are queries and candidates, all others are only learnt from. */
  clips: readonly Clip[];
  labels: readonly string[];
  folds: readonly Fold[];
  /** Of `candidateNames`. */
  embedders: readonly string[];
  /** By sample rate. */
  mels: ReadonlyMap<number, MelSource>;
  cacheDirectory: string;
  seed: number;
  resamples: number;
  onProgress(text: string): void;
}

const recipeOf = (name: string): FusionRecipe => fusionRecipes[name as keyof typeof fusionRecipes];

/** What an embedder that knows nothing of a fold makes of all recordings. */
interface Heard {
  embeddings: Float32Array[];
  /** recordings x labels. */
  probabilities: number[][];
}

interface Query extends QueryScores {
  label: string;
  group: string;
  probabilities: number[];
}

/**
 * Each recording is a query once, in the fold that leaves its corpus out, and searches among the
 * recordings of all corpora, all of them heard by what was fitted without that fold.
 */
export async function evaluateEmbedders(input: EvaluationInput): Promise<EmbedderScores[]> {
  const recordings = input.clips.filter(({ recorded }) => recorded);
  const queriesOf = new Map<string, Query[]>();
  for (const name of [...new Set([reference, ...input.embedders])]) {
    input.onProgress(`measuring ${name}`);
    const queries: Query[] = [];
    for (const fold of input.folds) {
      const { kept } = leaveOut(input.clips, fold.corpora);
      const { embeddings, probabilities } = await hear(name, fold, kept, recordings, input);
      recordings.forEach((clip, i) => {
        if (!fold.corpora.includes(clip.corpus)) return;
        const scores = scoreQuery(i, recordings, embeddings);
        if (!scores) return;
        const about = { label: clip.label, group: groupOf(clip) };
        queries.push({ ...scores, ...about, probabilities: probabilities[i]! });
      });
    }
    queriesOf.set(name, queries);
  }
  const timbre = queriesOf.get(reference)!;
  return input.embedders.map((name) =>
    summarize(name, queriesOf.get(name)!, timbre, recordings.length, input),
  );
}

async function hear(
  name: string,
  fold: Fold,
  kept: readonly Clip[],
  recordings: readonly Clip[],
  { labels, clips, mels, cacheDirectory }: EvaluationInput,
): Promise<Heard> {
  const network = (sampleRate: number) =>
    ({ kind: 'network', folder: fold.networks.get(sampleRate) ?? '', modelId: '' }) as const;
  if (name in networkFrontEnds) {
    const frontEnd = networkFrontEnd(name)!;
    const { sampleRate } = frontEnd;
    const part = network(sampleRate);
    const windows = await describeClips(
      clips,
      part,
      frontEnd,
      cacheDirectory,
      mels.get(sampleRate),
    );
    const embed = (clip: Clip) => meanUnit(windows.get(clip)!);
    const classifier = fitLogisticRegression(
      kept.map(embed),
      kept.map(({ label }) => label),
      labels,
    );
    const embeddings = recordings.map(embed);
    const probabilities = embeddings.map((row) => predictProbabilities(classifier, row));
    return { embeddings, probabilities };
  }
  const { frontEnd, parts, genreWeight } = recipeOf(name);
  const described: Awaited<ReturnType<typeof describeClips>>[] = [];
  for (const { spec } of parts) {
    const part = spec.kind === 'network' ? network(frontEnd.sampleRate) : spec;
    const ready = spec.kind === 'musicnn' ? undefined : mels.get(frontEnd.sampleRate);
    described.push(await describeClips(clips, part, frontEnd, cacheDirectory, ready));
  }
  const windowsOf = (clip: Clip) =>
    described[0]!.get(clip)!.map((_, window) => described.map((of) => of.get(clip)![window]!));
  const fusion = fitFusion(
    kept.map((clip) => ({ ...clip, group: clip.corpus, windows: windowsOf(clip) })),
    {
      weights: parts.map(({ weight }) => weight),
      components: fusionComponents,
      genreWeight,
      labels,
    },
  );
  const heard = recordings.map((clip) => windowsOf(clip).map((vectors) => fuse(fusion, vectors)));
  return {
    embeddings: heard.map((windows) => meanUnit(windows.map(({ embedding }) => embedding))),
    probabilities: heard.map((windows) =>
      labels.map((_, i) => macro(windows.map(({ probabilities }) => probabilities[i]!))),
    ),
  };
}

function meanUnit(rows: readonly Float32Array[]): Float32Array {
  const mean = rows[0]!.map((_, i) => macro(rows.map((row) => row[i]!)));
  const norm = Math.hypot(...mean);
  return mean.map((value) => value / norm);
}

const measures = ['precisionAt5', 'recallAt50', 'silhouette'] as const;

function summarize(
  name: string,
  queries: readonly Query[],
  timbre: readonly Query[],
  recordings: number,
  { labels, seed, resamples }: EvaluationInput,
): EmbedderScores {
  const present = labels.filter((label) => queries.some((query) => query.label === label));
  const statistics = (weights: Float64Array): number[] => {
    const perLabel = (of: readonly Query[], measure: (typeof measures)[number]) =>
      present.map((label) => weightedMean(of, weights, label, measure));
    const byLabel = perLabel(queries, 'precisionAt5');
    return [
      ...measures.map((measure) => macro(perLabel(queries, measure))),
      macro(byLabel) - macro(perLabel(timbre, 'precisionAt5')),
      ...byLabel,
    ];
  };
  const groups = [queries.map(({ group }) => group)];
  const random = seededRandom(seed);
  const drawn = bootstrap(groups, (_, weights) => statistics(weights), random, resamples);
  const estimate = (i: number): Estimate => estimateOf(drawn, i);
  const difference = drawn.samples.map((row) => row[3]!);
  const againstTimbre: Difference = {
    ...estimate(3),
    pValue: name === reference ? null : differencePValue(difference),
  };
  return {
    name,
    precisionAt5: estimate(0),
    recallAt50: estimate(1),
    silhouette: estimate(2),
    againstTimbre,
    hubness: hubness(
      queries.map(({ nearest }) => nearest),
      recordings,
    ),
    macroAuc: macro(
      labels.map((label, i) =>
        rocAuc(
          queries.map(({ probabilities }) => probabilities[i]!),
          queries.map((query) => query.label === label),
        ),
      ),
    ),
    calibrationError: expectedCalibrationError(
      reliability(
        queries.map(({ probabilities }) => Math.max(...probabilities)),
        queries.map(({ label, probabilities }) => labels[argmax(probabilities)] === label),
      ),
    ),
    perLabel: present.map((label, i) => ({
      label,
      queries: queries.filter((query) => query.label === label).length,
      precisionAt5: estimate(4 + i),
    })),
  };
}

const argmax = (values: readonly number[]): number => values.indexOf(Math.max(...values));

function weightedMean(
  queries: readonly Query[],
  weights: Float64Array,
  label: string,
  measure: (typeof measures)[number],
): number {
  let sum = 0;
  let total = 0;
  queries.forEach((query, i) => {
    if (query.label !== label) return;
    sum += weights[i]! * query[measure];
    total += weights[i]!;
  });
  return total > 0 ? sum / total : NaN;
}
