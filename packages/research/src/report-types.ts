/**
 * What `consonance compare` and `consonance ablate` write as report.json. Types only, without imports:
 * the web application draws its pages from them.
 */

/** A number with the interval that holds 95 % of its bootstrap resamples; null where it has no value. */
export interface Estimate {
  value: number | null;
  interval: [low: number, high: number] | null;
}

/** A difference a - b, with the share of resamples on the other side of 0, doubled. */
export interface Difference extends Estimate {
  pValue: number | null;
}

export interface ReportHeader<Kind extends string> {
  kind: Kind;
  /** ISO 8601. */
  createdAt: string;
  /** What to type to get the report again; without the paths of the machine. */
  command: string;
  machine: string;
  dataset: DatasetSummary;
  /** What the numbers say, one sentence each. */
  findings: string[];
}

export interface DatasetSummary {
  name: string;
  manifestHash: string;
  labels: string[];
  /** How the sides were made: `by artist`, `at random`, or the data set's own. */
  split: string;
  /** One entry a run; each run has its own split unless the data set brings one. */
  sides: { train: number; validation: number; test: number }[];
  /** Artists (or works, where the artist is unknown) on the test sides of all runs. */
  testGroups: number;
  /** Clips that could not be used, with the reason. */
  leftOut: { path: string; reason: string }[];
}

/** Measured on the test sides, averaged over the runs. */
export interface Scores {
  accuracy: Estimate;
  /** Means over the labels. Precision, recall and F1 at a probability of 0.5. */
  macroPrecision: Estimate;
  macroRecall: Estimate;
  macroF1: Estimate;
  macroAuc: Estimate;
  /** Area under precision over recall. */
  macroAveragePrecision: Estimate;
  /** Expected calibration error over all labels, ten bins of equal width. */
  calibrationError: Estimate;
  /** Mean squared distance of probabilities from 0 or 1. */
  brier: Estimate;
  perLabel: LabelScores[];
}

export interface LabelScores {
  label: string;
  /** Test clips of the label, of all runs. */
  support: number;
  precision: Estimate;
  recall: Estimate;
  f1: Estimate;
  auc: Estimate;
  averagePrecision: Estimate;
}

/** Points of a curve; at most 200, ends included. */
export interface Curve {
  label: string;
  x: number[];
  y: number[];
}

export interface ReliabilityBin {
  /** Probabilities from here to the next bin. */
  from: number;
  count: number;
  /** Null in an empty bin. */
  meanProbability: number | null;
  shareTrue: number | null;
}

export interface EpochPoint {
  epoch: number;
  labelLoss: number;
  macroF1: number | null;
  macroAuc: number | null;
  accuracy: number | null;
}

/** A training run of a network. */
export interface NetworkRun {
  name: string;
  seed: number;
  modelId: string;
  bestEpoch: number;
  history: EpochPoint[];
}

export interface ComparedModel {
  name: string;
  kind: 'network' | 'baseline';
  /** Trained numbers; null where the notion does not apply. */
  parameters: number | null;
  runs: NetworkRun[];
  scores: Scores;
  /** Test clips of all runs, rows true, columns most probable label. */
  confusion: number[][];
  /** One against the rest, clips of all runs: x false positive rate, y true positive rate. */
  roc: Curve[];
  /** x recall, y precision. */
  precisionRecall: Curve[];
  reliability: ReliabilityBin[];
}

/** McNemar's test of the top-1 accuracies of one run. */
export interface McNemar {
  seed: number;
  onlyARight: number;
  onlyBRight: number;
  /** Exact binomial, two-sided. */
  exactPValue: number;
  /** With continuity correction. */
  chiSquared: number;
  chiSquaredPValue: number;
}

/** Model a against model b on the same clips; positive is in favour of a. */
export interface ModelDifference {
  a: string;
  b: string;
  accuracy: Difference;
  macroF1: Difference;
  macroAuc: Difference;
  perLabel: { label: string; f1: Difference; auc: Difference }[];
  mcNemar: McNemar[];
}

/** The same network trained and tested on a split at random, which hears an artist on both sides. */
export interface Leak {
  model: string;
  byArtist: { accuracy: Estimate; macroF1: Estimate; macroAuc: Estimate };
  atRandom: { accuracy: Estimate; macroF1: Estimate; macroAuc: Estimate };
}

/** How well a vector finds songs of the same genre: test clips search among all others. */
export interface EmbeddingQuality {
  /** A network or `timbre statistics`. */
  model: string;
  /** Such as `GRU 2, mean`; empty where there are no layers. */
  layer: string;
  /** Whether the network gives this vector as its embedding. */
  isEmbedding: boolean;
  dimensions: number;
  precisionAt5: Estimate;
  /** This minus timbre statistics. */
  againstTimbre: Difference;
  recallAt50: Estimate;
  /** Rousseeuw's, on 1 - cosine. */
  silhouette: Estimate;
  /** Skewness of how often a clip is among the five nearest; mean over the runs. */
  hubness: number;
}

export interface ComparisonReport extends ReportHeader<'comparison'> {
  settings: { epochs: number; seeds: number[]; preset: string; resamples: number };
  models: ComparedModel[];
  differences: ModelDifference[];
  leak: Leak[];
  embeddings: EmbeddingQuality[];
}

/** One way of spoiling or changing the network, against the network as it is. */
export interface Ablation {
  /** Such as `time steps shuffled`. */
  name: string;
  /** `inference`: the same weights; `retrained`: another network, same data and seed. */
  kind: 'inference' | 'retrained';
  note: string;
  parameters: number | null;
  accuracy: Estimate;
  macroF1: Estimate;
  macroAuc: Estimate;
  /** This minus the network as it is. */
  difference: { accuracy: Difference; macroF1: Difference; macroAuc: Difference };
  perLabel: { label: string; f1: Difference; auc: Difference }[];
}

/** What hiding a stretch of bands or time costs the true label, in logits; mean over the clips. */
export interface Saliency {
  label: string;
  clips: number;
  /** Centre of each hidden stretch of bands, Hz. */
  frequencies: number[];
  byFrequency: Estimate[];
  /** Centre of each hidden stretch of time, seconds from the window's start. */
  seconds: number[];
  byTime: Estimate[];
  /** The mean mel spectrogram of the clips, dB below the loudest cell: rows bands, low first. */
  mel: number[][];
}

export interface AblationReport extends ReportHeader<'ablation'> {
  settings: { seeds: number[]; epochs: number; resamples: number };
  /** The network that is taken apart. */
  model: { name: string; parameters: number; runs: NetworkRun[] };
  baseline: { accuracy: Estimate; macroF1: Estimate; macroAuc: Estimate };
  ablations: Ablation[];
  saliency: Saliency[];
}
