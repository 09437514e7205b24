/** What a network has to beat: the majority, and classifiers on statistics of the timbre. */
import { createRequire } from 'node:module';
import { timbreStatistics } from '@consonance/models';
import type { Clip, MelSource, Split } from '@consonance/models/training';
import {
  classificationScores,
  fitLogisticRegression,
  predictProbabilities,
} from '@consonance/statistics';
import { standardScale } from './scale.ts';

export const baselineNames = ['majority', 'logistic regression', 'RBF-SVM'] as const;
export type Baseline = (typeof baselineNames)[number];

/** MFCC and spectral-contrast statistics of clips: the mean over their windows. */
export async function timbreRows(
  clips: readonly Clip[],
  mels: MelSource,
  melBands: number,
): Promise<number[][]> {
  const rows: number[][] = [];
  for (const clip of clips) {
    const windows = (await mels.get(clip))!.map((mel) => timbreStatistics(mel, { melBands }));
    rows.push(
      Array.from(
        windows[0]!,
        (_, i) => windows.reduce((sum, w) => sum + w[i]!, 0) / windows.length,
      ),
    );
  }
  return rows;
}

/**
 * Fits the baselines on the training side, chooses their settings by macro AUC on the validation side.
 *
 * @returns baseline -> test clips x labels, probabilities
 */
export async function runBaselines(
  split: Split,
  mels: MelSource,
  melBands: number,
  labels: readonly string[],
): Promise<Record<Baseline, number[][]>> {
  const raw = {
    train: await timbreRows(split.train, mels, melBands),
    validation: await timbreRows(split.validation, mels, melBands),
    test: await timbreRows(split.test, mels, melBands),
  };
  const scale = standardScale(raw.train);
  const rows = {
    train: scale(raw.train),
    validation: scale(raw.validation),
    test: scale(raw.test),
  };
  const truth = split.train.map(({ label }) => label);
  const validationTruth = split.validation.map(({ label }) => label);
  const best = (classifiers: Classifier[]): number[][] => {
    const quality = classifiers.map((classify) => {
      const probabilities = classify(rows.validation);
      const { macroAuc } = classificationScores({ labels, probabilities, truth: validationTruth });
      // Of a single label there is no AUC, and nothing to choose by.
      return Number.isNaN(macroAuc) ? 0 : macroAuc;
    });
    return classifiers[quality.indexOf(Math.max(...quality))]!(rows.test);
  };
  const share = labels.map((label) => truth.filter((name) => name === label).length / truth.length);
  return {
    majority: rows.test.map(() => share),
    'logistic regression': best(
      [1, 10, 100, 1000].map((l2) => logisticRegression(rows.train, truth, labels, l2)),
    ),
    'RBF-SVM': best(
      [1, 10, 100].flatMap((cost) =>
        [0.25, 1].map((width) => supportVectorMachine(rows.train, truth, labels, cost, width)),
      ),
    ),
  };
}

type Classifier = (rows: number[][]) => number[][];

function logisticRegression(
  rows: number[][],
  truth: readonly string[],
  labels: readonly string[],
  l2: number,
): Classifier {
  const model = fitLogisticRegression(rows, truth, labels, l2);
  return (others) => others.map((row) => predictProbabilities(model, row));
}

interface LibSvm {
  train(rows: number[][], classes: number[]): void;
  predictProbability(rows: number[][]): {
    estimates: { label: number; probability: number }[];
  }[];
}
interface LibSvmClass {
  new (options: object): LibSvm;
  SVM_TYPES: { C_SVC: number };
  KERNEL_TYPES: { RBF: number };
}

/** LIBSVM (Chang and Lin 2011); its probabilities are pairwise Platt scaling. @param width gamma times the number of features */
function supportVectorMachine(
  rows: number[][],
  truth: readonly string[],
  labels: readonly string[],
  cost: number,
  width: number,
): Classifier {
  const Svm = createRequire(import.meta.url)('libsvm-js/asm') as LibSvmClass;
  const svm = new Svm({
    type: Svm.SVM_TYPES.C_SVC,
    kernel: Svm.KERNEL_TYPES.RBF,
    cost,
    quiet: true,
    gamma: width / rows[0]!.length,
    probabilityEstimates: true,
  });
  svm.train(
    rows,
    truth.map((label) => labels.indexOf(label)),
  );
  return (others) =>
    svm.predictProbability(others).map(({ estimates }) => {
      const row = labels.map(() => 0);
      for (const { label, probability } of estimates) row[label] = probability;
      return row;
    });
}
