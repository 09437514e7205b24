/** Which layer of which network, pooled in which way, finds songs of the same genre. */
import {
  type Clip,
  defaultFrontEnd,
  groupOf,
  meanOf,
  type MelSource,
  openPredictor,
  toUnit,
} from '@consonance/models/training';
import { bootstrap, macro, seededRandom } from '@consonance/statistics';
import { hubness, type QueryScores, scoreQuery } from '../embedders/quality.ts';
import { estimateOf, differenceOf } from '../estimate.ts';
import type { EmbeddingQuality } from '../report-types.ts';
import { timbreRows } from './baselines.ts';
import { standardScale } from './scale.ts';
import type { FinishedRun } from './runs.ts';

const timbre = 'timbre statistics';

/** A way of describing clips, as it is named in the report. */
interface Description {
  model: string;
  layer: string;
  isEmbedding: boolean;
  /** One for each clip of the run's split, in the order train, validation, test. */
  vectors: Float32Array[];
}

/** One run, measured: the scores of each description's queries. */
interface RunQuality {
  descriptions: Omit<Description, 'vectors'>[];
  dimensions: number[];
  queries: Clip[];
  /** descriptions x queries; undefined where nothing could be found. */
  scores: (QueryScores | undefined)[][];
  hubness: number[];
}

/** @param finished one entry a network and seed */
export async function measureEmbeddings(
  finished: readonly FinishedRun[],
  mels: MelSource,
  resamples: number,
): Promise<EmbeddingQuality[]> {
  const runs: RunQuality[] = [];
  for (const ofSeed of Map.groupBy(finished, ({ seed }) => seed).values())
    runs.push(await measureRun(ofSeed, mels));
  const { descriptions, dimensions } = runs[0]!;
  const statistics = ['precisionAt5', 'recallAt50', 'silhouette'] as const;
  const bootstrapped = bootstrap(
    runs.map(({ queries }) => queries.map(groupOf)),
    (run, weights) =>
      descriptions.flatMap((_, d) =>
        statistics.map((name) => weightedMacro(runs[run]!, d, name, weights)),
      ),
    seededRandom(1),
    resamples,
  );
  const column = (d: number, name: (typeof statistics)[number]) =>
    d * statistics.length + statistics.indexOf(name);
  const reference = descriptions.findIndex(({ model }) => model === timbre);
  return descriptions.map((description, d) => ({
    ...description,
    dimensions: dimensions[d]!,
    precisionAt5: estimateOf(bootstrapped, column(d, 'precisionAt5')),
    againstTimbre: differenceOf(
      bootstrapped,
      column(d, 'precisionAt5'),
      column(reference, 'precisionAt5'),
    ),
    recallAt50: estimateOf(bootstrapped, column(d, 'recallAt50')),
    silhouette: estimateOf(bootstrapped, column(d, 'silhouette')),
    hubness: macro(runs.map((run) => run.hubness[d]!)),
  }));
}

async function measureRun(finished: readonly FinishedRun[], mels: MelSource): Promise<RunQuality> {
  const { split } = finished[0]!;
  const clips = [...split.train, ...split.validation, ...split.test];
  const descriptions: Description[] = [];
  for (const run of finished) descriptions.push(...(await describeByLayers(run, clips, mels)));
  descriptions.push(await describeByTimbre(clips, split.train.length, mels));
  const firstQuery = clips.length - split.test.length;
  const scores = descriptions.map(({ vectors }) =>
    split.test.map((_, i) => scoreQuery(firstQuery + i, clips, vectors)),
  );
  return {
    descriptions: descriptions.map(({ model, layer, isEmbedding }) => ({
      model,
      layer,
      isEmbedding,
    })),
    dimensions: descriptions.map(({ vectors }) => vectors[0]!.length),
    queries: split.test,
    scores,
    hubness: scores.map((ofDescription) =>
      hubness(
        ofDescription.flatMap((score) => (score ? [score.nearest] : [])),
        clips.length,
      ),
    ),
  };
}

async function describeByLayers(
  { variant, network, modelDirectory, split }: FinishedRun,
  clips: readonly Clip[],
  mels: MelSource,
): Promise<Description[]> {
  const predictor = await openPredictor(modelDirectory);
  const byLayer = new Map<string, Float32Array[]>();
  try {
    for (const clip of clips) {
      const layers = await predictor.layers((await mels.get(clip))!);
      for (const [layer, windows] of Object.entries(layers)) {
        if (!byLayer.has(layer)) byLayer.set(layer, []);
        byLayer.get(layer)!.push(meanOf(windows));
      }
    }
  } finally {
    predictor.close();
  }
  const last = network.gruUnits.length === 0 ? 'convolutions' : `GRU ${network.gruUnits.length}`;
  const embedding = `${last}, ${network.pooling === 'last' ? 'last' : 'mean'}`;
  return [...byLayer].map(([layer, vectors]) => ({
    model: variant.name,
    layer,
    isEmbedding: layer === embedding,
    vectors: centred(vectors, split.train.length),
  }));
}

async function describeByTimbre(
  clips: readonly Clip[],
  training: number,
  mels: MelSource,
): Promise<Description> {
  const rows = await timbreRows(clips, mels, defaultFrontEnd.melBands);
  const scaled = standardScale(rows.slice(0, training))(rows);
  return {
    model: timbre,
    layer: '',
    isEmbedding: true,
    vectors: scaled.map((row) => toUnit(Float32Array.from(row))),
  };
}

/** Less the mean of the training clips, as the product does, so that cosines use their whole range. */
function centred(vectors: readonly Float32Array[], training: number): Float32Array[] {
  const centre = meanOf(vectors.slice(0, training));
  return vectors.map((vector) => toUnit(vector.map((value, i) => value - centre[i]!)));
}

/** Mean over the genres of the weighted mean over their queries. */
function weightedMacro(
  { queries, scores }: RunQuality,
  description: number,
  name: 'precisionAt5' | 'recallAt50' | 'silhouette',
  weights: Float64Array,
): number {
  const sums = new Map<string, { sum: number; weight: number }>();
  queries.forEach(({ label }, i) => {
    const score = scores[description]![i];
    if (!score) return;
    const entry = sums.get(label) ?? { sum: 0, weight: 0 };
    entry.sum += weights[i]! * score[name];
    entry.weight += weights[i]!;
    sums.set(label, entry);
  });
  return macro([...sums.values()].map(({ sum, weight }) => sum / weight));
}
