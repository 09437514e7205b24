/** What `consonance evaluate embedders` writes as report.json. Types only. */
import type { Difference, Estimate, ReportHeader } from '../report-types.ts';

export interface EmbedderScores {
  /** Name of the embedder, such as `timbre`. */
  name: string;
  /** Mean over the labels of the mean over their queries. */
  precisionAt5: Estimate;
  recallAt50: Estimate;
  silhouette: Estimate;
  /** Skewness of the number of times that a recording is among the five nearest. */
  hubness: number;
  /** Of the genre probabilities, one against the rest. */
  macroAuc: number | null;
  /** Of the most probable genre: distance between its probability and the share that is right, ten bins. */
  calibrationError: number;
  perLabel: { label: string; queries: number; precisionAt5: Estimate }[];
  /** Precision@5 less that of the timbre statistics, on the same queries. */
  againstTimbre: Difference;
}

export interface EmbeddersReport extends ReportHeader<'embedders'> {
  settings: { folds: string[][]; epochs: number; seed: number; resamples: number };
  queries: number;
  embedders: EmbedderScores[];
}
