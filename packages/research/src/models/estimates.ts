/** Scores of several models on the same test clips, with intervals and paired differences. */
import {
  bootstrap,
  type ClassificationScores,
  createScorer,
  mcNemar,
  mostProbable,
  type Predictions,
  type Random,
} from '@consonance/statistics';
import { differenceOf, estimateOf } from '../estimate.ts';
import type { Difference, Estimate, McNemar, ModelDifference, Scores } from '../report-types.ts';

/** The test clips of one run, and what each model gives for them. */
export interface TestRun {
  seed: number;
  labels: readonly string[];
  truth: readonly string[];
  /** The artist of each clip, or what stands for it. */
  groups: readonly string[];
  /** Model name -> clips x labels. */
  probabilities: Readonly<Record<string, readonly number[][]>>;
}

const overall = [
  ...['accuracy', 'macroPrecision', 'macroRecall', 'macroF1', 'macroAuc'],
  ...['macroAveragePrecision', 'calibrationError', 'brier'],
] as (keyof Omit<ClassificationScores, 'perLabel'>)[];
const ofLabel = ['precision', 'recall', 'f1', 'auc', 'averagePrecision'] as const;

export interface Measured {
  scores(model: string): Scores;
  difference(a: string, b: string): ModelDifference;
}

/**
 * Measures all models in one bootstrap over artists and runs, so that each resample has the same clips
 * for all of them.
 */
export function measureModels(
  runs: readonly TestRun[],
  models: readonly string[],
  random: Random,
  resamples: number,
): Measured {
  const { labels } = runs[0]!;
  const scorers = runs.map((run) => models.map((model) => createScorer(predictions(run, model))));
  const drawn = bootstrap(
    runs.map(({ groups }) => groups),
    (run, weights) => scorers[run]!.flatMap((score) => flatten(score(weights))),
    random,
    resamples,
  );
  const perModel = overall.length + labels.length * ofLabel.length;
  const columnOf = (model: string, statistic: number): number =>
    models.indexOf(model) * perModel + statistic;
  const labelStatistic = (label: number, name: (typeof ofLabel)[number]): number =>
    overall.length + label * ofLabel.length + ofLabel.indexOf(name);
  const estimate = (model: string, statistic: number): Estimate =>
    estimateOf(drawn, columnOf(model, statistic));
  const difference = (a: string, b: string, statistic: number): Difference =>
    differenceOf(drawn, columnOf(a, statistic), columnOf(b, statistic));
  return {
    scores: (model) => ({
      ...(Object.fromEntries(overall.map((name, i) => [name, estimate(model, i)])) as Omit<
        Scores,
        'perLabel'
      >),
      perLabel: labels.map((label, i) => ({
        label,
        support: runs.flatMap(({ truth }) => truth).filter((name) => name === label).length,
        precision: estimate(model, labelStatistic(i, 'precision')),
        recall: estimate(model, labelStatistic(i, 'recall')),
        f1: estimate(model, labelStatistic(i, 'f1')),
        auc: estimate(model, labelStatistic(i, 'auc')),
        averagePrecision: estimate(model, labelStatistic(i, 'averagePrecision')),
      })),
    }),
    difference: (a, b) => ({
      a,
      b,
      accuracy: difference(a, b, overall.indexOf('accuracy')),
      macroF1: difference(a, b, overall.indexOf('macroF1')),
      macroAuc: difference(a, b, overall.indexOf('macroAuc')),
      perLabel: labels.map((label, i) => ({
        label,
        f1: difference(a, b, labelStatistic(i, 'f1')),
        auc: difference(a, b, labelStatistic(i, 'auc')),
      })),
      mcNemar: runs.map((run) => compareAnswers(run, a, b)),
    }),
  };
}

export const predictions = (
  { labels, truth, probabilities }: TestRun,
  model: string,
): Predictions => ({
  labels,
  truth,
  probabilities: probabilities[model]!,
});

const flatten = (scores: ClassificationScores): number[] => [
  ...overall.map((name) => scores[name]),
  ...scores.perLabel.flatMap((score) => ofLabel.map((name) => score[name])),
];

function compareAnswers(run: TestRun, a: string, b: string): McNemar {
  const isRight = (model: string) =>
    mostProbable(run.probabilities[model]!).map((column, i) => run.labels[column] === run.truth[i]);
  const [rightA, rightB] = [isRight(a), isRight(b)];
  const onlyARight = rightA.filter((right, i) => right && !rightB[i]).length;
  const onlyBRight = rightB.filter((right, i) => right && !rightA[i]).length;
  return { seed: run.seed, onlyARight, onlyBRight, ...mcNemar(onlyARight, onlyBRight) };
}
