/** Scores of a classifier that gives every label a probability. */
import { brierScore, expectedCalibrationError, reliability } from './calibration.ts';
import { areaUnderRoc, averagePrecision, rank } from './ranking.ts';

export interface Predictions {
  labels: readonly string[];
  /** One row an item, one column a label. */
  probabilities: readonly ArrayLike<number>[];
  /** The true label of each item. */
  truth: readonly string[];
}

/** At a threshold of 0.5; a ratio without any candidate is 0, as scikit-learn's zero_division=0. */
export interface LabelScore {
  label: string;
  precision: number;
  recall: number;
  /** Harmonic mean of precision and recall. */
  f1: number;
  /** NaN where all items, or none, are of the label. */
  auc: number;
  /** NaN where no item is of the label. */
  averagePrecision: number;
  /** Weight of the items of the label. */
  support: number;
}

export interface ClassificationScores {
  /** Share of items whose most probable label is the true one; the first of equals counts. */
  accuracy: number;
  /** Means over the labels that items have. */
  macroPrecision: number;
  macroRecall: number;
  macroF1: number;
  macroAuc: number;
  macroAveragePrecision: number;
  /** Of all labels together, ten bins. */
  calibrationError: number;
  /** Mean over the labels. */
  brier: number;
  perLabel: LabelScore[];
}

/**
 * Sorts once, so that a bootstrap can score the same predictions thousands of times.
 *
 * @returns scores under any weights of the items, 1 each by default
 */
export function createScorer({
  labels,
  probabilities,
  truth,
}: Predictions): (weights?: ArrayLike<number>) => ClassificationScores {
  const columns = labels.map((label, column) => {
    const scores = probabilities.map((row) => row[column]!);
    const positives = truth.map((name) => name === label);
    return { label, scores, positives, ranking: rank(scores, positives) };
  });
  const right = mostProbable(probabilities).map((column, i) => labels[column] === truth[i]);
  const cells = columns.flatMap(({ scores }) => scores);
  const outcomes = columns.flatMap(({ positives }) => positives);
  return (weights) => {
    const weightOf = (i: number): number => (weights ? weights[i]! : 1);
    const weightWhere = (holds: (i: number) => boolean): number => {
      let sum = 0;
      for (let i = 0; i < truth.length; i++) if (holds(i)) sum += weightOf(i);
      return sum;
    };
    const perLabel = columns.map(({ label, scores, positives, ranking }): LabelScore => {
      const hits = weightWhere((i) => positives[i]! && scores[i]! >= 0.5);
      const support = weightWhere((i) => positives[i]!);
      const precision = ratio(
        hits,
        weightWhere((i) => scores[i]! >= 0.5),
      );
      const recall = ratio(hits, support);
      return {
        label,
        precision,
        recall,
        f1: ratio(2 * precision * recall, precision + recall),
        auc: areaUnderRoc(ranking, weights),
        averagePrecision: averagePrecision(ranking, weights),
        support,
      };
    });
    const present = perLabel.filter(({ support }) => support > 0);
    const cellWeights = weights && columns.flatMap(() => Array.from(weights));
    return {
      accuracy: weightWhere((i) => right[i]!) / weightWhere(() => true),
      macroPrecision: macro(present.map(({ precision }) => precision)),
      macroRecall: macro(present.map(({ recall }) => recall)),
      macroF1: macro(present.map(({ f1 }) => f1)),
      macroAuc: macro(perLabel.map(({ auc }) => auc)),
      macroAveragePrecision: macro(perLabel.map((score) => score.averagePrecision)),
      calibrationError: expectedCalibrationError(reliability(cells, outcomes, 10, cellWeights)),
      brier: brierScore(cells, outcomes, cellWeights),
      perLabel,
    };
  };
}

/** `createScorer` for predictions that are scored once. */
export const classificationScores = (predictions: Predictions): ClassificationScores =>
  createScorer(predictions)();

const ratio = (a: number, b: number): number => (b === 0 ? 0 : a / b);

/** Mean over the values that are not NaN; NaN without any. */
export function macro(values: readonly number[]): number {
  const defined = values.filter((value) => !Number.isNaN(value));
  return defined.reduce((sum, value) => sum + value, 0) / defined.length;
}

/** Column of the most probable label of each item; the first of equals. */
export const mostProbable = (probabilities: readonly ArrayLike<number>[]): number[] =>
  probabilities.map((row) => {
    let best = 0;
    for (let column = 1; column < row.length; column++) {
      if (row[column]! > row[best]!) best = column;
    }
    return best;
  });

/** Counts of items: rows true label, columns most probable label, both in the order of `labels`. */
export function confusionMatrix({ labels, probabilities, truth }: Predictions): number[][] {
  const counts = labels.map(() => labels.map(() => 0));
  mostProbable(probabilities).forEach((column, i) => {
    const row = labels.indexOf(truth[i]!);
    if (row >= 0) counts[row]![column]!++;
  });
  return counts;
}
