import assert from 'node:assert/strict';
import { test } from 'node:test';
import { integerBelow, seededRandom } from '@consonance/statistics';
import { measureModels, type TestRun } from '../../src/models/estimates.ts';
import { verdict } from '../../src/models/findings.ts';

const labels = ['jazz', 'rock'];

/** Clips of 20 artists; a model that is right at a rate of `skill`. */
function run(seed: number, skills: Record<string, number>): TestRun {
  const random = seededRandom(seed);
  const truth = Array.from({ length: 200 }, () => labels[integerBelow(random, 2)]!);
  const probabilities = Object.fromEntries(
    Object.entries(skills).map(([name, skill]) => [
      name,
      truth.map((label) => {
        const sure = 0.5 + random() / 2;
        const isJazz = (label === 'jazz') === random() < skill;
        return isJazz ? [sure, 1 - sure] : [1 - sure, sure];
      }),
    ]),
  );
  return { seed, labels, truth, groups: truth.map((_, i) => `artist ${i % 20}`), probabilities };
}

test('a better model is found better, in every score and by McNemar', () => {
  const runs = [1, 2, 3].map((seed) => run(seed, { good: 0.9, poor: 0.6 }));
  const { accuracy, macroF1, macroAuc, mcNemar } = measureModels(
    runs,
    ['good', 'poor'],
    seededRandom(1),
    500,
  ).difference('good', 'poor');
  for (const difference of [accuracy, macroF1, macroAuc]) {
    assert.equal(verdict(difference), 'better');
    assert.ok(difference.pValue! < 0.01);
    assert.ok(Math.abs(difference.value! - 0.3) < 0.12);
  }
  for (const { exactPValue, onlyARight, onlyBRight } of mcNemar) {
    assert.ok(exactPValue < 0.001);
    assert.ok(onlyARight > onlyBRight);
  }
});

test('a model against itself differs by nothing, whatever is drawn', () => {
  const probabilities = run(1, { one: 0.7 }).probabilities.one!;
  const twins = {
    ...run(1, { one: 0.7 }),
    probabilities: { one: probabilities, two: probabilities },
  };
  const { macroAuc, mcNemar } = measureModels(
    [twins],
    ['one', 'two'],
    seededRandom(1),
    100,
  ).difference('one', 'two');
  assert.deepEqual(macroAuc, { value: 0, interval: [0, 0], pValue: 1 });
  assert.equal(mcNemar[0]!.exactPValue, 1);
  assert.equal(verdict(macroAuc), 'open');
});

test('a genre without test clips has no value, and the means leave it out', () => {
  const { probabilities, truth, ...rest } = run(1, { one: 0.8 });
  const wider = {
    ...rest,
    truth,
    labels: [...labels, 'folk'],
    probabilities: { one: probabilities.one!.map((row) => [...row, 0]) },
  };
  const scores = measureModels([wider], ['one'], seededRandom(1), 100).scores('one');
  assert.deepEqual(scores.perLabel[2]!.auc, { value: null, interval: null });
  assert.ok(scores.macroAuc.value! > 0.7);
});
