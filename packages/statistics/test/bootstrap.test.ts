import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  bootstrap,
  createScorer,
  differencePValue,
  interval95,
  seededRandom,
} from '../src/index.ts';

const weightedMean = (values: readonly number[]) => (_run: number, weights: Float64Array) => {
  let [sum, total] = [0, 0];
  values.forEach((value, i) => {
    sum += weights[i]! * value;
    total += weights[i]!;
  });
  return [sum / total];
};

test('clips of one group stand or fall together: the interval is as wide as the groups are few', () => {
  const values = Array.from({ length: 100 }, (_, i) => (i < 50 ? 0 : 1));
  const width = (groups: string[]): number => {
    const { samples } = bootstrap([groups], weightedMean(values), seededRandom(1), 2000);
    const [low, high] = interval95(samples.map(([value]) => value!))!;
    return high - low;
  };
  const single = width(values.map((_, i) => `clip ${i}`));
  // Four artists, two of each kind: sqrt(25) times the deviation.
  const artists = width(values.map((_, i) => `artist ${Math.floor(i / 25)}`));
  assert.ok(Math.abs(single - 2 * 1.96 * 0.05) < 0.02, `${single}`);
  assert.equal(artists, 1);
});

test('a weight is how often the group was drawn: the same as repeating its clips', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(0, 0.2, 0.5, 0.7, 1), fc.boolean(), fc.nat(3)), {
        minLength: 1,
        maxLength: 20,
      }),
      (items) => {
        const predictions = (rows: typeof items) => ({
          labels: ['yes', 'no'],
          probabilities: rows.map(([p]) => [p, 1 - p]),
          truth: rows.map(([, yes]) => (yes ? 'yes' : 'no')),
        });
        const weighted = createScorer(predictions(items))(items.map(([, , count]) => count));
        const repeated = items.flatMap((item) => Array<typeof item>(item[2]).fill(item));
        const { perLabel: actualLabels, ...actual } = weighted;
        const { perLabel, ...expected } = createScorer(predictions(repeated))();
        const numbers = (scores: object) => Object.values(scores).map(Number);
        const [a, b] = [
          [actual, ...actualLabels].flatMap(numbers),
          [expected, ...perLabel].flatMap(numbers),
        ];
        a.forEach((value, i) =>
          assert.ok(
            Object.is(value, b[i]) || Math.abs(value - b[i]!) < 1e-9,
            `${i}: ${value}, not ${b[i]}`,
          ),
        );
      },
    ),
  );
});

test('runs are averaged and drawn; two models of one call get the same clips', () => {
  const groups = [
    ['a', 'b', 'c'],
    ['b', 'c', 'd'],
  ];
  const values = [
    [1, 0, 1],
    [0, 0, 1],
  ];
  const measure = (run: number, weights: Float64Array) => {
    const [mean] = weightedMean(values[run]!)(run, weights);
    return [mean!, mean! + 0.25];
  };
  const result = bootstrap(groups, measure, seededRandom(2), 500);
  assert.ok(Math.abs(result.values[0]! - 0.5) < 1e-12);
  for (const [a, b] of result.samples) {
    assert.ok(Number.isNaN(a) || Math.abs(b! - a! - 0.25) < 1e-12);
  }
  assert.deepEqual(bootstrap(groups, measure, seededRandom(2), 500), result);
});

test('p-value of a difference: certain, even, undefined', () => {
  assert.equal(differencePValue(Array<number>(99).fill(0.1)), 2 / 100);
  assert.equal(differencePValue([-1, 1, -1, 1]), 1);
  assert.ok(Number.isNaN(differencePValue([NaN, NaN])));
  assert.equal(interval95([NaN]), undefined);
});
