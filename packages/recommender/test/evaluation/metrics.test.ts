import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { metricNames, type Metrics, metricsAt } from '../../src/index.ts';

interface Golden {
  cases: { k: number; ranked: number[]; relevant: number[]; metrics: Partial<Metrics> }[];
}
const golden: Golden = JSON.parse(
  readFileSync(new URL('goldenMetrics.json', import.meta.url), 'utf8'),
);

describe('metrics', () => {
  test('agree with ranx on every golden case', () => {
    assert.ok(golden.cases.length > 50);
    for (const { k, ranked, relevant, metrics } of golden.cases) {
      const actual = metricsAt(k, ranked, new Set(relevant));
      for (const [name, expected] of Object.entries(metrics)) {
        const value = actual[name as keyof Metrics];
        assert.ok(Math.abs(value - expected) < 1e-12, `${name}@${k}: ${value}, ranx ${expected}`);
      }
    }
  });

  test('by hand: hits at places 2 and 3 of 3, four relevant', () => {
    const actual = metricsAt(3, [9, 1, 2], new Set([1, 2, 3, 4]));
    assert.equal(actual.precision, 2 / 3);
    assert.equal(actual.recall, 0.5);
    assert.equal(actual.mrr, 0.5);
    assert.equal(actual.map, (1 / 2 + 2 / 3) / 4);
    const gain = 1 / Math.log2(3) + 1 / Math.log2(4);
    assert.equal(actual.ndcg, gain / (1 + gain));
  });

  test('a list shorter than k misses the rest, an empty one everything', () => {
    assert.equal(metricsAt(10, [1], new Set([1])).precision, 0.1);
    assert.deepEqual(Object.values(metricsAt(5, [], new Set([1]))), [0, 0, 0, 0, 0]);
  });

  test('lie in [0, 1], and no list beats the one with the relevant items first', () => {
    const lists = fc.record({
      ranked: fc.uniqueArray(fc.nat({ max: 30 }), { maxLength: 20 }),
      relevant: fc.uniqueArray(fc.nat({ max: 30 }), { minLength: 1, maxLength: 15 }),
      k: fc.integer({ min: 1, max: 20 }),
    });
    fc.assert(
      fc.property(lists, ({ ranked, relevant, k }) => {
        const truth = new Set(relevant);
        const actual = metricsAt(k, ranked, truth);
        const best = metricsAt(k, relevant, truth);
        for (const name of metricNames) {
          assert.ok(actual[name] >= 0 && actual[name] <= best[name] && best[name] <= 1, name);
        }
        assert.equal(best.ndcg, 1);
      }),
    );
  });
});
