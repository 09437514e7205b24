import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorRates } from './error-rates.ts';

const studies = 100;
/** Five standard deviations of a share. */
const slack = (share: number): number => 5 * Math.sqrt((share * (1 - share)) / studies);

test('without a difference the announced test errs as rarely as α says', () => {
  const { found, covered } = errorRates(studies, 0, 7);
  assert.ok(Math.abs(found['paired t']! - 0.05) < slack(0.05), `${found['paired t']}`);
  assert.ok(found['Wilcoxon']! < 0.05 + slack(0.05), `${found['Wilcoxon']}`);
  assert.ok(found['permutation']! < 0.05 + slack(0.05), `${found['permutation']}`);
  assert.ok(Math.abs(covered - 0.95) < slack(0.05), `${covered}`);
});

test('with one it is found as often as the power analysis says', () => {
  const { found, predicted } = errorRates(studies, 0.8, 8);
  assert.ok(predicted > 0.5 && predicted < 0.99, `${predicted}`);
  assert.ok(
    Math.abs(found['paired t']! - predicted) < slack(predicted),
    `${found['paired t']}, not ${predicted}`,
  );
});
