import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '@consonance/statistics';
import {
  type Aggregation,
  aggregations,
  compareAggregations,
  cosineMethod,
  createCatalogue,
  genreMethod,
  methods,
  recommend,
  RecommenderError,
} from '../src/index.ts';
import { labels, planarCatalogue, randomCatalogue } from './helpers.ts';

const near = (a: number, b: number, tolerance = 1e-6) => Math.abs(a - b) <= tolerance;
const profile = fc.record({
  seed: fc.nat(),
  size: fc.integer({ min: 8, max: 60 }),
  rows: fc.uniqueArray(fc.nat({ max: 7 }), { minLength: 1, maxLength: 8 }),
  weight: fc.double({ min: 0.01, max: 100, noNaN: true }),
});

/** The definition, without blocks and running sums. */
function expected(similarities: number[], weights: number[], aggregation: Aggregation): number {
  const count = {
    centroid: similarities.length,
    'best-match': 1,
    agreement: Math.ceil(similarities.length / 2),
  }[aggregation];
  const nearest = similarities
    .map((similarity, k) => ({ similarity, weight: weights[k]! }))
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, count);
  const total = nearest.reduce((sum, { weight }) => sum + weight, 0);
  return nearest.reduce((sum, { similarity, weight }) => sum + similarity * weight, 0) / total;
}

for (const aggregation of aggregations) {
  describe(`aggregation ${aggregation}`, () => {
    test('is what its definition says, for both methods, across blocks and with weights', () => {
      const catalogue = randomCatalogue(1030, 9, 1);
      const few = { rows: [0, 5, 700, 1029, 1024], weights: [1, 2, 3, 0.5, 7] };
      const many = {
        rows: Array.from({ length: 40 }, (_, k) => 25 * k),
        weights: Array.from({ length: 40 }, (_, k) => 1 + (k % 3)),
      };
      for (const method of Object.values(methods)) {
        const recommender = method(catalogue, { aggregation });
        for (const { rows, weights } of [few, many]) {
          const single = rows.map((row) => recommender.score({ rows: [row] }));
          recommender.score({ rows, weights }).forEach((score, row) => {
            const similarities = single.map((of) => of[row]!);
            assert.ok(near(score, expected(similarities, weights, aggregation)), `row ${row}`);
          });
        }
      }
    });

    test('scores lie in [-1, 1] and do not depend on the order of seeds', () => {
      fc.assert(
        fc.property(profile, ({ seed, size, rows, weight }) => {
          const recommender = cosineMethod(randomCatalogue(size, 6, seed), { aggregation });
          const weights = rows.map((_, k) => (k === 0 ? weight : 1));
          const forward = recommender.score({ rows, weights });
          const backward = recommender.score({
            rows: rows.toReversed(),
            weights: weights.toReversed(),
          });
          forward.forEach((score, row) => {
            assert.ok(score >= -1 && score <= 1);
            assert.ok(near(score, backward[row]!));
          });
        }),
      );
    });

    test('weights of any size give scores', () => {
      const recommender = cosineMethod(randomCatalogue(20, 6, 3), { aggregation });
      const scores = recommender.score({ rows: [0, 1, 2, 3], weights: [1e-300, 1, 1e300, 1e-9] });
      assert.ok(scores.every((score) => score >= -1 && score <= 1));
    });

    test('more weight on a seed never takes it away from the songs nearest to it', () => {
      fc.assert(
        fc.property(profile, ({ seed, size, rows, weight }) => {
          const recommender = cosineMethod(randomCatalogue(size, 6, seed), { aggregation });
          const score = (first: number) =>
            recommender.score({ rows, weights: rows.map((_, k) => (k === 0 ? first : 1)) });
          const [light, heavy] = [score(weight), score(weight * 2)];
          assert.ok(heavy[rows[0]!]! >= light[rows[0]!]! - 1e-6);
        }),
      );
    });

    test('the parts of seeds and genres each add up to the score', () => {
      fc.assert(
        fc.property(profile, ({ seed, size, rows }) => {
          const catalogue = randomCatalogue(size, 6, seed);
          const seeds = rows.map((row) => `s${row}`);
          for (const [name, method] of Object.entries(methods)) {
            const found = recommend(catalogue, method(catalogue, { aggregation }), seeds);
            for (const { score, reasons } of found) {
              const seedParts = reasons.find((reason) => reason.kind === 'seed-parts')!;
              assert.deepEqual(seedParts.parts.map(({ seedId }) => seedId).sort(), seeds.sort());
              const total = (parts: { part: number }[]) =>
                parts.reduce((sum, { part }) => sum + part, 0);
              assert.ok(near(total(seedParts.parts), score));
              const genreParts = reasons.find((reason) => reason.kind === 'genre-parts');
              assert.equal(genreParts !== undefined, name === 'genre');
              if (genreParts) {
                assert.ok(near(genreParts.embeddingPart + total(genreParts.parts), score));
              }
            }
          }
        }),
      );
    });
  });
}

test('seeds of unlike genres: best match finds songs like one of them, the centroid what lies between', () => {
  const catalogue = planarCatalogue({
    jazz: [0, 'jazz'],
    rock: [140, 'rock'],
    likeJazz: [5, 'jazz'],
    between: [70, 'folk'],
  });
  const first = (aggregation: Aggregation) =>
    recommend(catalogue, cosineMethod(catalogue, { aggregation }), ['jazz', 'rock'])[0]!.id;
  assert.equal(first('best-match'), 'likeJazz');
  assert.equal(first('centroid'), 'between');
});

describe('method 2', () => {
  const catalogue = planarCatalogue({
    seed: [0, 'jazz'],
    nearRock: [10, 'rock'],
    farJazz: [80, 'jazz'],
    folk: [20, 'folk'],
  });
  const ids = (options: Parameters<typeof genreMethod>[1]) =>
    recommend(catalogue, genreMethod(catalogue, options), ['seed']).map(({ id }) => id);

  test('hard keeps only the genres of the seeds and gives fewer songs', () => {
    assert.deepEqual(ids({ variant: 'hard' }), ['farJazz']);
  });

  test('soft goes from method 1 to genres alone with its weight', () => {
    assert.deepEqual(ids({ weight: 0 }), ['nearRock', 'folk', 'farJazz']);
    assert.equal(ids({ weight: 1 })[0], 'farJazz');
  });

  test('a song without any genre probability is compared by its sound alone', () => {
    const silent = createCatalogue({
      ids: ['a', 'b'],
      embeddings: Float32Array.of(1, 0, 1, 0),
      dimensions: 2,
      labels,
      genres: new Float32Array(6),
    });
    const [found] = recommend(silent, genreMethod(silent, { weight: 0.25 }), ['a']);
    assert.ok(near(found!.score, 0.75));
  });

  test('refuses options that do not exist or are out of range', () => {
    const refuses = (options: object) =>
      assert.throws(
        () => genreMethod(catalogue, options),
        (error) => error instanceof RecommenderError && error.code === 'BAD_OPTION',
      );
    refuses({ weight: 1.1 });
    refuses({ weight: NaN });
    refuses({ variant: 'strict' });
    refuses({ aggregation: 'median' });
    refuses({ wieght: 0.5 });
  });
});

test('comparing aggregations measures precision and coverage on the same seed sets', () => {
  const songs: Record<string, [number, string]> = {};
  for (let i = 0; i < 20; i++) {
    songs[`jazz${i}`] = [i, 'jazz'];
    songs[`rock${i}`] = [150 + i, 'rock'];
    songs[`folk${i}`] = [75 + i, 'folk'];
  }
  const catalogue = planarCatalogue(songs);
  const truth = new Map(
    catalogue.ids.map((id) => [id, { label: id.replace(/\d+/, ''), work: id }]),
  );
  const results = compareAggregations(
    catalogue,
    (aggregation) => cosineMethod(catalogue, { aggregation }),
    truth,
    seededRandom(1),
    { seedCounts: [1, 4], genreCounts: [1, 2], draws: 30 },
  );
  assert.equal(results.length, aggregations.length * 3);
  const of = (aggregation: Aggregation, genreCount: number) =>
    results.find(
      (one) =>
        one.aggregation === aggregation && one.genreCount === genreCount && one.seedCount === 4,
    )!;
  assert.equal(of('centroid', 1).precision, 1);
  assert.equal(of('best-match', 2).precision, 1);
  assert.ok(of('centroid', 2).precision < 0.9);
});
