/** Parity with scikit-learn, scipy and statsmodels; golden/make-golden.py made the numbers. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  classificationScores,
  confusionMatrix,
  createScorer,
  fitLogisticRegression,
  interval95,
  mcNemar,
  precisionRecallCurve,
  predictProbabilities,
  rank,
  reliability,
  rocAuc,
  rocCurve,
} from '../src/index.ts';
import golden from './golden/golden.json' with { type: 'json' };

/** Null stands for a value that is not defined. */
function close(actual: number, expected: number | null, name: string, tolerance = 1e-9): void {
  if (expected === null) assert.ok(Number.isNaN(actual), `${name}: ${actual} instead of NaN`);
  else assert.ok(Math.abs(actual - expected) <= tolerance, `${name}: ${actual}, not ${expected}`);
}

function allClose(actual: readonly number[], expected: readonly number[], name: string): void {
  assert.equal(actual.length, expected.length, name);
  actual.forEach((value, i) => close(value, expected[i]!, `${name} ${i}`));
}

describe('classification agrees with scikit-learn', () => {
  for (const expected of golden.classification) {
    test(expected.name, () => {
      const scores = createScorer(expected)(expected.weights ?? undefined);
      for (const name of [
        'accuracy',
        'macroF1',
        'macroAuc',
        'macroAveragePrecision',
        'brier',
        'calibrationError',
      ] as const) {
        close(scores[name], expected[name], name);
      }
      expected.perLabel.forEach((row, i) => {
        for (const [name, value] of Object.entries(row)) {
          const actual = scores.perLabel[i]![name as keyof typeof row];
          close(actual, value, `${expected.labels[i]} ${name}`);
        }
      });
      const present = expected.perLabel.filter(({ support }) => support > 0);
      const meanOf = (name: 'precision' | 'recall') =>
        present.reduce((sum, row) => sum + row[name] / present.length, 0);
      close(scores.macroPrecision, meanOf('precision'), 'macroPrecision');
      close(scores.macroRecall, meanOf('recall'), 'macroRecall');
      assert.deepEqual(confusionMatrix(expected), expected.confusion);
      for (const { label, rocX, rocY, precision, recall } of expected.curves) {
        const column = expected.labels.indexOf(label);
        const ranking = rank(
          expected.probabilities.map((row) => row[column]!),
          expected.truth.map((name) => name === label),
        );
        const roc = rocCurve(ranking);
        allClose(roc.x, rocX, 'false positive rate');
        allClose(roc.y, rocY, 'true positive rate');
        const curve = precisionRecallCurve(ranking);
        allClose(curve.x, recall, 'recall');
        allClose(curve.y, precision, 'precision');
      }
    });
  }
});

test('reliability bins agree with scikit-learn, borders included', () => {
  const { probabilities, outcomes, shareTrue, meanProbability } = golden.reliability;
  const bins = reliability(probabilities, outcomes).filter(({ count }) => count > 0);
  allClose(
    bins.map((bin) => bin.shareTrue),
    shareTrue,
    'share',
  );
  allClose(
    bins.map((bin) => bin.meanProbability),
    meanProbability,
    'mean',
  );
});

test("McNemar's test agrees with statsmodels", () => {
  for (const { onlyA, onlyB, ...expected } of golden.mcNemar) {
    const actual = mcNemar(onlyA, onlyB);
    for (const name of ['exactPValue', 'chiSquared', 'chiSquaredPValue'] as const) {
      close(actual[name], expected[name], `${onlyA}, ${onlyB}: ${name}`);
    }
  }
  assert.deepEqual(mcNemar(0, 0), { exactPValue: 1, chiSquared: 0, chiSquaredPValue: 1 });
});

test('the interval agrees with numpy.quantile', () => {
  const { samples, interval } = golden.interval;
  allClose(interval95(samples)!, interval, 'interval');
});

test('logistic regression finds the minimum that scikit-learn finds', () => {
  const { rows, truth, labels, l2, probabilities } = golden.regression;
  const model = fitLogisticRegression(rows, truth, labels, l2);
  rows.forEach((row, i) =>
    predictProbabilities(model, row).forEach((p, label) =>
      close(p, probabilities[i]![label]!, `item ${i}`, 1e-6),
    ),
  );
});

test('logistic regression: one label is certain; separable classes stay finite', () => {
  const one = fitLogisticRegression([[1], [2]], ['a', 'a'], ['a']);
  assert.deepEqual(predictProbabilities(one, [5]), [1]);
  const two = fitLogisticRegression([[-1], [1]], ['a', 'b'], ['a', 'b'], 1e-3);
  const [a, b] = predictProbabilities(two, [1]);
  assert.ok(b! > 0.9 && Math.abs(a! + b! - 1) < 1e-12);
  assert.ok([...two.weights.flat(), ...two.bias].every(Number.isFinite));
  // By symmetry nothing is known half way.
  close(predictProbabilities(two, [0])[0]!, 0.5, 'half way', 1e-6);
});

test('AUC by hand: perfect, reversed, ties, and no value for one side only', () => {
  assert.equal(rocAuc([0.1, 0.4, 0.8, 0.9], [false, false, true, true]), 1);
  assert.equal(rocAuc([0.9, 0.8, 0.4, 0.1], [false, false, true, true]), 0);
  assert.equal(rocAuc([0.5, 0.5, 0.5], [true, false, true]), 0.5);
  // Of the 4 pairs, 3 in order and 1 tied.
  assert.equal(rocAuc([0.1, 0.4, 0.4, 0.9], [false, false, true, true]), 3.5 / 4);
  assert.ok(Number.isNaN(rocAuc([0.3, 0.4], [true, true])));
});

test('no items: nothing has a value, and nothing fails', () => {
  const scores = classificationScores({ labels: ['a', 'b'], probabilities: [], truth: [] });
  assert.ok(Number.isNaN(scores.accuracy) && Number.isNaN(scores.macroF1));
  assert.deepEqual(
    scores.perLabel.map(({ support, f1 }) => [support, f1]),
    [
      [0, 0],
      [0, 0],
    ],
  );
});
