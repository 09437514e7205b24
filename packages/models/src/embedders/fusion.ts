/**
 * Several descriptions of a sound in one embedding. Each part is scaled to mean 0 and deviation 1, then
 * to length 1; all parts side by side, each by the square root of its weight, have the weighted mean of
 * the parts' cosines as their cosine. Principal components keep nearly all of it in few numbers.
 *
 * A classifier on these gives the genres, and its logits, centred and of length 1, are a last part. How
 * sure it may be is measured on groups of songs that it did not learn from.
 */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import {
  dot,
  fitLogisticRegression,
  fitTemperature,
  type LogisticRegression,
  predictProbabilities,
} from '@consonance/statistics';
import { meanOf, toUnit } from '../vectors.ts';

export interface PartScaling {
  mean: Float32Array;
  /** 1 / deviation of every number; 0 where it never changes. */
  scale: Float32Array;
  /** Share of this part's cosine; the weights of all parts add up to 1. */
  weight: number;
}

/** What was measured on the reference songs; constant afterwards. */
export interface Fusion {
  parts: PartScaling[];
  /** Mean of the reference songs' parts side by side. */
  centre: Float32Array;
  /** One row per principal component: directions of falling variance, each of length 1. */
  projection: Float32Array[];
  /** From the principal components, scaled to length 1, to the labels; calibrated. */
  classifier: LogisticRegression;
  /** Mean logit of each label over the reference songs. */
  logitCentre: Float32Array;
  /** Weight of the logits' cosine against that of all parts together. */
  genreWeight: number;
}

export interface FusionSettings {
  /** One a part, above 0. */
  weights: readonly number[];
  /** Principal components, or fewer where the parts or the songs have fewer. */
  components: number;
  genreWeight: number;
  labels: readonly string[];
}

export interface ReferenceSong {
  /** For each window, one vector a part. */
  windows: Float32Array[][];
  label: string;
  /** Songs that are alike for other reasons than their label, such as those of one corpus. */
  group: string;
  /** A recording, as opposed to notes played by a synthesiser. */
  recorded: boolean;
}

/** L2 penalty of the classifier, on vectors of length 1. */
const classifierPenalty = 0.3;

/**
 * Measures the constants on the recordings among the songs, since what synthesisers do says little
 * about music. The classifier learns from all songs, since some genres have few recordings.
 */
export function fitFusion(
  songs: readonly ReferenceSong[],
  { weights, components, genreWeight, labels }: FusionSettings,
): Fusion {
  const described = songs.map(({ windows }) =>
    weights.map((_, part) => meanOf(windows.map((vectors) => vectors[part]!))),
  );
  const isReference = songs.map(({ recorded }) => recorded);
  if (!isReference.includes(true)) isReference.fill(true);
  const references = described.filter((_, i) => isReference[i]);
  const total = weights.reduce((a, b) => a + b, 0);
  const parts = weights.map((weight, part) => ({
    ...scaling(references.map((vectors) => vectors[part]!)),
    weight: weight / total,
  }));
  const rows = references.map((vectors) => sideBySide(parts, vectors));
  const centre = meanOf(rows);
  const projection = principalAxes(rows, centre, components);
  const joined = described.map((vectors) => project({ parts, centre, projection }, vectors));
  const truth = songs.map(({ label }) => label);
  const groups = songs.map(({ group }) => group);
  const classifier = fitCalibrated({ rows: joined, truth, groups, isReference }, labels);
  const logitCentre = meanOf(
    joined.filter((_, i) => isReference[i]).map((vector) => logits(classifier, vector)),
  );
  return { parts, centre, projection, classifier, logitCentre, genreWeight };
}

interface Learnt {
  rows: readonly Float32Array[];
  truth: readonly string[];
  groups: readonly string[];
  isReference: readonly boolean[];
}

/**
 * Logistic regression, its logits divided by the temperature that fits the reference songs of groups
 * that were left out: of the songs it learnt from, a classifier is too sure.
 */
function fitCalibrated(
  { rows, truth, groups, isReference }: Learnt,
  labels: readonly string[],
): LogisticRegression {
  const fit = (items: readonly number[]) =>
    fitLogisticRegression(
      items.map((i) => rows[i]!),
      items.map((i) => truth[i]!),
      labels,
      classifierPenalty,
    );
  const items = [...rows.keys()];
  const folds = groupFolds(groups, isReference, 4);
  const heldOut = folds.flatMap((fold) => {
    const classifier = fit(items.filter((i) => !fold.has(groups[i]!)));
    return items
      .filter((i) => isReference[i] && fold.has(groups[i]!))
      .map((i) => ({ logits: logits(classifier, rows[i]!), label: labels.indexOf(truth[i]!) }));
  });
  const temperature =
    heldOut.length === 0
      ? 1
      : fitTemperature(
          heldOut.map((song) => [...song.logits]),
          heldOut.map(({ label }) => label),
        );
  const { weights, bias } = fit(items);
  return {
    labels: [...labels],
    weights: weights.map((row) => row.map((weight) => weight / temperature)),
    bias: bias.map((value) => value / temperature),
  };
}

/**
 * Whole groups in folds with about as many reference songs each, largest first. A single group cannot
 * be left out: there is no fold then.
 */
function groupFolds(
  groups: readonly string[],
  isReference: readonly boolean[],
  count: number,
): Set<string>[] {
  const sizes = new Map<string, number>();
  groups.forEach((group, i) => {
    if (isReference[i]) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  });
  const folds = Array.from({ length: Math.min(count, sizes.size) }, () => ({
    groups: new Set<string>(),
    size: 0,
  }));
  if (new Set(groups).size < 2) return [];
  for (const [group, size] of [...sizes].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))) {
    const fold = folds.reduce((least, next) => (next.size < least.size ? next : least));
    fold.groups.add(group);
    fold.size += size;
  }
  return folds.map((fold) => fold.groups);
}

function scaling(rows: readonly Float32Array[]): Omit<PartScaling, 'weight'> {
  const mean = meanOf(rows);
  const scale = mean.map((centre, i) => {
    const variance = rows.reduce((sum, row) => sum + (row[i]! - centre) ** 2, 0) / rows.length;
    return variance > 0 ? 1 / Math.sqrt(variance) : 0;
  });
  return { mean, scale };
}

/** Numbers of an embedding. */
export const fusionDimensions = ({ projection, logitCentre, genreWeight }: Fusion): number =>
  projection.length + (genreWeight > 0 ? logitCentre.length : 0);

/** The embedding of one window, of length 1, and the probability of each label. */
export function fuse(
  fusion: Fusion,
  vectors: readonly Float32Array[],
): { embedding: Float32Array; probabilities: Float32Array } {
  const { classifier, logitCentre, genreWeight } = fusion;
  const joined = project(fusion, vectors);
  const probabilities = Float32Array.from(predictProbabilities(classifier, joined));
  if (genreWeight === 0) return { embedding: joined, probabilities };
  const genres = toUnit(logits(classifier, joined).map((logit, i) => logit - logitCentre[i]!));
  const scaled = genres.map((value) => value * Math.sqrt(genreWeight));
  return { embedding: toUnit(Float32Array.of(...joined, ...scaled)), probabilities };
}

/** All parts together, in principal components, of length 1. */
const project = (
  { parts, centre, projection }: Pick<Fusion, 'parts' | 'centre' | 'projection'>,
  vectors: readonly Float32Array[],
): Float32Array => {
  const values = sideBySide(parts, vectors);
  for (let i = 0; i < values.length; i++) values[i]! -= centre[i]!;
  return toUnit(Float32Array.from(projection, (axis) => dot(axis, values)));
};

const logits = ({ weights, bias }: LogisticRegression, vector: Float32Array): Float32Array =>
  Float32Array.from(weights, (row, label) => bias[label]! + dot(row, vector));

function sideBySide(parts: readonly PartScaling[], vectors: readonly Float32Array[]): Float32Array {
  const scaled = parts.map(({ mean, scale, weight }, part) => {
    const unit = toUnit(vectors[part]!.map((value, i) => (value - mean[i]!) * scale[i]!));
    return unit.map((value) => value * Math.sqrt(weight));
  });
  return Float32Array.from(scaled.flatMap((values) => [...values]));
}

/** Directions of the largest variance, largest first, signs fixed so that a repetition agrees. */
function principalAxes(
  rows: readonly Float32Array[],
  centre: Float32Array,
  count: number,
): Float32Array[] {
  const size = centre.length;
  const covariance = Matrix.zeros(size, size);
  const row = new Float64Array(size);
  for (const values of rows) {
    for (let i = 0; i < size; i++) row[i] = values[i]! - centre[i]!;
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) covariance.set(i, j, covariance.get(i, j) + row[i]! * row[j]!);
    }
  }
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) covariance.set(j, i, covariance.get(i, j)); // prettier-ignore
  const { eigenvectorMatrix } = new EigenvalueDecomposition(covariance, { assumeSymmetric: true });
  // Eigenvalues come in ascending order.
  return Array.from({ length: Math.min(count, size, Math.max(1, rows.length - 1)) }, (_, k) => {
    const axis = eigenvectorMatrix.getColumn(size - 1 - k);
    const largest = axis.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
    return Float32Array.from(axis, (value) => (largest < 0 ? -value : value));
  });
}
