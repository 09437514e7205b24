/** Every method keeps this contract. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  aggregations,
  type Catalogue,
  createCatalogue,
  methods,
  type RecommendOptions,
  recommend,
  RecommenderError,
} from '../src/index.ts';
import { labels, planarCatalogue, randomCatalogue } from './helpers.ts';

const all = Object.entries(methods).flatMap(([name, method]) =>
  aggregations.map((aggregation) => ({
    name: `${name}, ${aggregation}`,
    method: (catalogue: Catalogue) => method(catalogue, { aggregation }),
  })),
);

for (const { name, method } of all) {
  describe(`method ${name}`, () => {
    const find = (catalogue: Catalogue, seeds: string[], options?: RecommendOptions) =>
      recommend(catalogue, method(catalogue), seeds, options);

    const seedSet = fc
      .record({ seed: fc.nat(), size: fc.integer({ min: 1, max: 40 }) })
      .chain(({ seed, size }) =>
        fc.record({
          seed: fc.constant(seed),
          size: fc.constant(size),
          seeds: fc.uniqueArray(fc.nat({ max: size - 1 }), { minLength: 1, maxLength: 6 }),
        }),
      );

    test('scores lie in [-1, 1], best first, and no seed comes back', () => {
      fc.assert(
        fc.property(seedSet, ({ seed, size, seeds }) => {
          const catalogue = randomCatalogue(size, 8, seed);
          const seedIds = seeds.map((row) => `s${row}`);
          const found = find(catalogue, seedIds, { count: 5 });
          assert.equal(found.length, Math.min(5, size - seeds.length));
          found.forEach(({ id, score }, i) => {
            assert.ok(score >= -1 && score <= 1);
            assert.ok(!seedIds.includes(id));
            if (i > 0) assert.ok(score <= found[i - 1]!.score);
          });
        }),
      );
    });

    test('is exactly the best of a full sort', () => {
      fc.assert(
        fc.property(seedSet, ({ seed, size, seeds }) => {
          const catalogue = randomCatalogue(size, 8, seed);
          const scores = method(catalogue).score({ rows: seeds });
          const sorted = [...scores.keys()]
            .filter((row) => !seeds.includes(row))
            .sort((a, b) => scores[b]! - scores[a]! || a - b)
            .slice(0, 5);
          const found = find(
            catalogue,
            seeds.map((row) => `s${row}`),
            { count: 5 },
          );
          assert.deepEqual(
            found.map((r) => r.id),
            sorted.map((row) => `s${row}`),
          );
        }),
      );
    });

    test('the order of the seeds does not matter', () => {
      fc.assert(
        fc.property(seedSet, ({ seed, size, seeds }) => {
          const catalogue = randomCatalogue(size, 8, seed);
          const forward = method(catalogue).score({ rows: seeds });
          const backward = method(catalogue).score({ rows: [...seeds].reverse() });
          forward.forEach((score, row) => assert.ok(Math.abs(score - backward[row]!) < 1e-6));
        }),
      );
    });

    test('is symmetric between two songs', () => {
      const catalogue = randomCatalogue(10, 8, 7);
      for (let a = 0; a < 10; a++) {
        for (let b = 0; b < 10; b++) {
          const difference =
            method(catalogue).score({ rows: [a] })[b]! - method(catalogue).score({ rows: [b] })[a]!;
          assert.ok(Math.abs(difference) < 1e-6);
        }
      }
    });

    test('a song like the seeds wins, an added opposite song changes nothing', () => {
      const songs = {
        seed: [0, 'jazz'],
        near: [10, 'jazz'],
        middle: [60, 'folk'],
        far: [120, 'rock'],
      } as Record<string, [number, string]>;
      const before = find(planarCatalogue(songs), ['seed'], { count: 2 });
      assert.deepEqual(
        before.map((r) => r.id),
        ['near', 'middle'],
      );
      const after = find(planarCatalogue({ ...songs, opposite: [180, 'rock'] }), ['seed'], {
        count: 2,
      });
      assert.deepEqual(after, before);
    });

    test('an identical seed given five times counts once', () => {
      const catalogue = randomCatalogue(12, 8, 3);
      assert.deepEqual(find(catalogue, Array(5).fill('s4')), find(catalogue, ['s4']));
    });

    test('excluded songs do not come back, and an exhausted library gives fewer', () => {
      const catalogue = randomCatalogue(4, 8, 1);
      const found = find(catalogue, ['s0'], { exclude: ['s1', 'not in the library'] });
      assert.deepEqual(found.map((r) => r.id).sort(), ['s2', 's3']);
    });

    test('refuses no seeds, unknown songs and a bad count', () => {
      const catalogue = randomCatalogue(4, 8, 1);
      const code = (expected: string) => (error: unknown) =>
        error instanceof RecommenderError && error.code === expected;
      assert.throws(() => find(catalogue, []), code('NO_SEEDS'));
      assert.throws(() => find(catalogue, ['s9']), /received id "s9"/);
      for (const count of [0, -1, 1.5, NaN]) {
        assert.throws(() => find(catalogue, ['s0'], { count }), code('BAD_OPTION'));
      }
    });

    test('an empty library knows no seed', () => {
      const empty = createCatalogue({
        ids: [],
        embeddings: new Float32Array(),
        dimensions: 8,
        labels,
        genres: new Float32Array(),
      });
      assert.throws(() => find(empty, ['s0']), /Expected a song of the library/);
    });
  });
}
