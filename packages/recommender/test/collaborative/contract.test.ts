/** Every recommender keeps this contract. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { createInteractions, type Profile, RecommenderError } from '../../src/index.ts';
import { clusteredListens } from './clusters.ts';
import { recommenders } from './recommenders.ts';

const items = 40;
const warm = clusteredListens({ users: 30, items: items - 4, clusters: 4, plays: 8 }).interactions;
/** The last four items are cold: nobody has played them. */
const interactions = { ...warm, items };
const coldItems = [36, 37, 38, 39];

const profiles: fc.Arbitrary<Required<Profile>> = fc
  .uniqueArray(
    fc.record({
      row: fc.nat({ max: items - 1 }),
      weight: fc.float({ min: Math.fround(0.1), max: 50, noNaN: true }),
    }),
    { minLength: 1, maxLength: 12, selector: ({ row }) => row },
  )
  .map((entries) => ({
    rows: entries.map(({ row }) => row),
    weights: entries.map(({ weight }) => weight),
  }));

const order = (scores: Float32Array): number[] =>
  [...scores.keys()].sort((a, b) => scores[b]! - scores[a]! || a - b);

function assertClose(actual: Float32Array, expected: Float32Array, tolerance = 1e-4): void {
  const scale = Math.max(1, ...expected.map(Math.abs));
  actual.forEach((score, row) => {
    assert.ok(
      Math.abs(score - expected[row]!) <= tolerance * scale,
      `row ${row}: ${score}, expected ${expected[row]}`,
    );
  });
}

for (const [name, { build, scaling }] of Object.entries(recommenders)) {
  describe(name, () => {
    const recommender = build(interactions);

    test('gives one finite score per item, in an array of its own', () => {
      assert.equal(recommender.size, items);
      fc.assert(
        fc.property(profiles, (profile) => {
          const scores = recommender.score(profile);
          assert.equal(scores.length, items);
          assert.ok(scores.every(Number.isFinite));
          const copy = scores.slice();
          scores.fill(NaN);
          assert.deepEqual(recommender.score(profile), copy);
        }),
        { numRuns: 30 },
      );
    });

    test('is the same when built again', () => {
      const profile = { rows: [3, 8, 20], weights: [1, 4, 2] };
      assert.deepEqual(build(interactions).score(profile), recommender.score(profile));
    });

    test('does not depend on the order of the profile', () => {
      fc.assert(
        fc.property(profiles, ({ rows, weights }) => {
          const reversed = { rows: rows.toReversed(), weights: weights.toReversed() };
          assertClose(recommender.score(reversed), recommender.score({ rows, weights }));
        }),
        { numRuns: 30 },
      );
    });

    test('weights default to 1', () => {
      const rows = [1, 5, 9];
      assert.deepEqual(
        recommender.score({ rows }),
        recommender.score({ rows, weights: [1, 1, 1] }),
      );
    });

    test(`weights times 3: ${scaling}`, () => {
      fc.assert(
        fc.property(profiles, ({ rows, weights }) => {
          const once = recommender.score({ rows, weights });
          const thrice = recommender.score({ rows, weights: weights.map((weight) => 3 * weight) });
          if (scaling === 'same scores') assertClose(thrice, once);
          if (scaling === 'same order')
            assertClose(
              thrice.map((score) => score / 3),
              once,
            );
          assert.ok(thrice.every(Number.isFinite));
        }),
        { numRuns: 30 },
      );
    });

    test('cold items are scored and may be all that a profile has', () => {
      const scores = recommender.score({ rows: coldItems });
      assert.equal(scores.length, items);
      assert.ok(scores.every(Number.isFinite));
      assert.equal(new Set(order(scores)).size, items);
    });

    test('refuses an empty profile, unknown rows and bad weights', () => {
      const refuses = (profile: Profile) =>
        assert.throws(() => recommender.score(profile), RecommenderError);
      refuses({ rows: [] });
      for (const row of [-1, items, 1.5, NaN]) refuses({ rows: [0, row] });
      refuses({ rows: [0, 1], weights: [1] });
      for (const weight of [0, -1, NaN, Infinity]) refuses({ rows: [0], weights: [weight] });
    });

    test('one listener with one item is enough to build on', () => {
      const single = createInteractions({
        users: 1,
        items: 3,
        userRows: [0],
        itemRows: [1],
        counts: [5],
      });
      assert.ok(
        build(single)
          .score({ rows: [1] })
          .every(Number.isFinite),
      );
    });

    test('so is a data set without listeners', () => {
      const none = createInteractions({
        users: 0,
        items: 3,
        userRows: [],
        itemRows: [],
        counts: [],
      });
      assert.ok(
        build(none)
          .score({ rows: [2] })
          .every(Number.isFinite),
      );
    });
  });
}
