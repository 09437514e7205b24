/** Parity with SciPy, statsmodels and krippendorff; golden/make-inference.py made the numbers. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../src/index.ts';
import {
  binomialCdf,
  cohensDz,
  fitGeeLogistic,
  holm,
  krippendorffAlpha,
  noncentralTCdf,
  normalCdf,
  normalQuantile,
  pairedTPower,
  pairedTSampleSize,
  pairedTTest,
  pooledTTest,
  signPermutationTest,
  signTest,
  signedRankTest,
  tCdf,
  tQuantile,
  variance,
  welchTTest,
} from '../src/inference/index.ts';
import golden from './golden/inference.json' with { type: 'json' };

function close(actual: number, expected: number, name: string): void {
  const tolerance = 1e-9 * Math.max(1, Math.abs(expected));
  assert.ok(Math.abs(actual - expected) <= tolerance, `${name}: ${actual}, not ${expected}`);
}

function allClose(actual: readonly number[], expected: readonly number[], name: string): void {
  assert.equal(actual.length, expected.length, name);
  actual.forEach((value, i) => close(value, expected[i]!, `${name} ${i}`));
}

describe('distributions', () => {
  const functions = {
    t: tCdf,
    tQuantile,
    noncentralT: noncentralTCdf,
    binomial: binomialCdf,
    normal: normalCdf,
    normalQuantile,
  } as Record<keyof typeof golden.distributions, (...inputs: number[]) => number>;
  for (const [name, rows] of Object.entries(golden.distributions))
    test(name, () => {
      for (const row of rows) {
        const inputs = row.slice(0, -1);
        const f = functions[name as keyof typeof functions];
        close(f(...inputs), row.at(-1)!, `${name}(${inputs.join(', ')})`);
      }
    });
});

describe('two samples of the same participants', () => {
  for (const { name, a, b, ...expected } of golden.samples)
    test(name, () => {
      const differences = a.map((value, i) => value - b[i]!);
      const tests = {
        paired: pairedTTest(differences),
        pooled: pooledTTest(a, b),
        welch: welchTTest(a, b),
      };
      for (const [kind, actual] of Object.entries(tests)) {
        const { interval, ...numbers } = expected[kind as keyof typeof tests];
        for (const [field, value] of Object.entries(numbers))
          close(actual[field as keyof typeof numbers], value, `${kind} ${field}`);
        allClose(actual.interval, interval, `${kind} interval`);
      }

      const wilcoxon = signedRankTest(differences);
      const statistic = Math.min(wilcoxon.positiveRanks, wilcoxon.negativeRanks);
      close(statistic, expected.wilcoxon.statistic, 'ranks');
      close(-Math.abs(wilcoxon.z), expected.wilcoxon.z, 'z');
      close(wilcoxon.asymptoticPValue, expected.wilcoxon.asymptoticPValue, 'asymptotic');
      if (expected.wilcoxon.exactPValue !== null)
        close(wilcoxon.exactPValue, expected.wilcoxon.exactPValue, 'exact');

      const permutation = signPermutationTest(differences, seededRandom(1));
      if (expected.permutationPValue !== null) {
        assert.equal(permutation.exact, true);
        close(permutation.pValue, expected.permutationPValue, 'permutation');
      }

      const { dz, interval } = cohensDz(differences);
      close(dz, expected.dz, 'd_z');
      allClose(interval, expected.dzInterval, 'd_z interval');
    });
});

test('random permutations come near the exact distribution of ranks', () => {
  // Of ranks themselves both tests have the same distribution.
  const ranks = Array.from({ length: 24 }, (_, i) => (i % 3 === 0 ? -1 : 1) * (i + 1));
  const exact = signedRankTest(ranks).exactPValue;
  const { pValue, ...rest } = signPermutationTest(ranks, seededRandom(7));
  assert.deepEqual(rest, { exact: false, permutations: 20_000 });
  const deviation = Math.sqrt((exact * (2 - exact)) / 20_000);
  assert.ok(Math.abs(pValue - exact) < 5 * deviation, `${pValue} against ${exact}`);
});

test('of many differences the signed ranks have their normal approximation, near the exact value', () => {
  const ranks = Array.from({ length: 501 }, (_, i) => (i % 9 < 5 ? 1 : -1) * (i + 1));
  assert.ok(Number.isNaN(signedRankTest(ranks).exactPValue));
  const { exactPValue, asymptoticPValue } = signedRankTest(ranks.slice(1));
  assert.ok(Math.abs(exactPValue - asymptoticPValue) < 1e-3, `${exactPValue}`);
});

test('power and sample size', () => {
  for (const [effect, pairs, alpha, power] of golden.power.power)
    close(pairedTPower(effect!, pairs!, alpha), power!, `power of ${effect} with ${pairs}`);
  for (const [effect, alpha, power, size] of golden.power.sampleSize)
    assert.equal(pairedTSampleSize(effect!, alpha, power), size);
});

test('Holm', () => {
  for (const { pValues, adjusted } of golden.holm) allClose(holm(pValues), adjusted, 'adjusted');
  allClose(holm([0.01, NaN, 0.04]).toSpliced(1, 1), holm([0.01, 0.04]), 'without a value');
});

test("Krippendorff's alpha", () => {
  for (const { name, level, units, alpha } of golden.agreement)
    close(krippendorffAlpha(units, level as 'nominal' | 'ordinal'), alpha, name);
});

describe('generalised estimating equations', () => {
  for (const { name, clusters, ...expected } of golden.gee)
    test(name, () => {
      const fit = fitGeeLogistic(clusters)!;
      close(fit.correlation, expected.correlation, 'correlation');
      allClose(fit.coefficients, expected.coefficients, 'coefficients');
      allClose(fit.standardErrors, expected.standardErrors, 'standard errors');
      allClose(fit.pValues, expected.pValues, 'p-values');
      allClose(fit.intervals.flat(), expected.intervals.flat(), 'intervals');
    });
  test('a column that decides every answer has no finite coefficient', () => {
    const rows = [
      [1, 0],
      [1, 1],
    ];
    const clusters = Array.from({ length: 12 }, (_, i) => ({
      rows,
      outcomes: [i % 2 === 0, true],
    }));
    assert.equal(fitGeeLogistic(clusters), undefined);
  });
});

test('sign test with its interval', () => {
  for (const { wins, losses, share, interval, pValue } of golden.sign) {
    const actual = signTest(wins, losses);
    close(actual.share, share, 'share');
    allClose(actual.interval, interval, 'interval');
    close(actual.pValue, pValue, 'p-value');
  }
});

describe('samples without any variation', () => {
  test('no difference at all: no t, and no test that finds one', () => {
    const zeros = [0, 0, 0, 0];
    assert.ok(Number.isNaN(pairedTTest(zeros).pValue));
    assert.ok(Number.isNaN(cohensDz(zeros).dz));
    assert.equal(signedRankTest(zeros).exactPValue, 1);
    assert.equal(signPermutationTest(zeros, seededRandom(1)).pValue, 1);
    assert.ok(Number.isNaN(krippendorffAlpha([[1, 1]], 'nominal')));
    assert.ok(Number.isNaN(signTest(0, 0).share));
  });
  test('the same difference everywhere: t without bound', () => {
    const { t, pValue } = pairedTTest([1, 1, 1]);
    assert.deepEqual([t, pValue], [Infinity, 0]);
  });
  test('rounding is no variation', () => {
    const tenths = [0.1, 0.1, 0.1];
    assert.equal(variance(tenths), 0);
    assert.deepEqual(cohensDz(tenths), { dz: Infinity, interval: [NaN, NaN] });
    assert.equal(pairedTTest(tenths).t, Infinity);
    assert.ok(Number.isNaN(welchTTest(tenths, [...tenths, ...tenths]).t));
    assert.ok(Number.isNaN(variance([0.1])));
  });
});

test('the interval of an effect without measure ends, and is none', () => {
  const effect = (step: number) => cohensDz([0.1, 0.1, 0.1 + step]);
  for (const step of [1e-3, 1e-9, 1e-16]) {
    const { dz, interval } = effect(step);
    assert.ok(dz > 0);
    assert.deepEqual(interval, [NaN, NaN], String(step));
  }
  const { dz, interval } = effect(0.02);
  assert.ok(interval[0] < dz && dz < interval[1], String(interval));
});

test('all tests of pairs are symmetric, and their p-values probabilities', () => {
  const likes = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 2, maxLength: 14 });
  fc.assert(
    fc.property(likes, (differences) => {
      const pValues = (values: number[]) => [
        pairedTTest(values).pValue,
        signedRankTest(values).exactPValue,
        signPermutationTest(values, seededRandom(3)).pValue,
      ];
      const mirrored = pValues(differences.map((value) => -value));
      pValues(differences).forEach((pValue, i) => {
        assert.ok(!(pValue < 0 || pValue > 1));
        if (!Number.isNaN(pValue)) close(mirrored[i]!, pValue, 'mirrored');
      });
    }),
  );
});
