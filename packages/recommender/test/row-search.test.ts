import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '@consonance/statistics';
import {
  atOnce,
  type Catalogue,
  cosineMethod,
  embeddingSpace,
  genreMethod,
  mutualProximity,
  personalise,
  recommend,
  type Recommender,
  rowScorer,
  rowSearch,
  similarityStatistics,
  type Space,
  tasteFrom,
  topRows,
} from '../src/index.ts';
import { clampCosines, dot, norm, unit } from '../src/vectors.ts';
import { randomCatalogue } from './helpers.ts';

const everything = () => true;

/** Rows of unit length, many of them equal or apart by the last bit only. */
function crowded(size: number, columns: number, kinds: number, seed: number): Space {
  const random = seededRandom(seed);
  const ways = [
    () => random() * 2 - 1,
    () => Math.round(random() * 2 - 1) || 1e-3,
    () => random() ** 9,
    () => (random() < 0.1 ? 1 : 1e-12),
  ];
  const points = Array.from({ length: kinds }, (_, k) =>
    unit(Float32Array.from({ length: columns }, ways[k % ways.length]!)),
  );
  const vectors = new Float32Array(size * columns);
  for (let row = 0; row < size; row++) {
    const sign = random() < 0.2 ? -1 : 1;
    const last = random() < 0.3 ? 2 ** -23 : 0;
    const point = points[Math.floor(random() * kinds)]!;
    if (random() < 0.05) continue; // a song without genres in method 2 at weight 1
    vectors.set(
      point.map((x) => sign * x * (1 + last)),
      row * columns,
    );
  }
  return { size, columns, vectors };
}

/** The definition: all rows in full. */
function plain(
  space: Space,
  point: Float32Array,
  count: number,
  mayCome: (row: number) => boolean,
) {
  const scores = clampCosines(rowScorer(space)(point).slice());
  const excluded = new Set([...scores.keys()].filter((row) => !mayCome(row)));
  return topRows(scores, count, excluded).map((row) => ({ row, score: scores[row]! }));
}

describe('search', () => {
  test('gives what comparing all rows in full gives, equal ones and those clamped to 1 too', () => {
    const given = fc.record({
      size: fc.integer({ min: 0, max: 300 }),
      columns: fc.integer({ min: 1, max: 80 }),
      kinds: fc.integer({ min: 1, max: 40 }),
      seed: fc.nat(),
      count: fc.integer({ min: 1, max: 40 }),
      every: fc.integer({ min: 1, max: 4 }),
      factor: fc.constantFrom(1, 0.5, 1e-7, 1e-25, 1e-42, 0, 3),
    });
    fc.assert(
      fc.property(given, ({ size, columns, kinds, seed, count, every, factor }) => {
        const space = crowded(size, columns, kinds, seed);
        const random = seededRandom(seed + 1);
        const search = rowSearch(space);
        const queries = [
          unit(Float32Array.from({ length: columns }, () => random() * 2 - 1)),
          space.vectors.slice(0, columns),
        ];
        for (const query of queries.filter(({ length }) => length === columns)) {
          const point = query.map((x) => x * factor);
          const mayCome = (row: number) => row % every === 0;
          assert.deepEqual(search(point, count, mayCome), plain(space, point, count, mayCome));
        }
      }),
      { numRuns: 400 },
    );
  });

  test('does so across blocks, for neighbours closer than the codes can tell', () => {
    const random = seededRandom(4);
    const columns = 64;
    const centre = Float32Array.from({ length: columns }, () => random() * 2 - 1);
    const vectors = new Float32Array(5000 * columns);
    for (let row = 0; row < 5000; row++) {
      vectors.set(unit(centre.map((x) => x + 0.01 * (random() - 0.5))), row * columns);
    }
    const space = { size: 5000, columns, vectors };
    for (const count of [1, 5, 700, 10_000]) {
      assert.deepEqual(
        rowSearch(space)(unit(centre), count, everything),
        plain(space, unit(centre), count, everything),
      );
    }
  });

  test('misses no row that the codes put as far off as they can', () => {
    const random = seededRandom(6);
    for (const columns of [4, 16, 64, 71]) {
      for (const share of [0.1, 0.5, 0.9, 0.97]) {
        // A point along the error of a row's codes finds the row, and another one that the codes
        // describe exactly and that is a little less near.
        const row = unit(Float32Array.from({ length: columns }, () => random() * 2 - 1));
        const unitOfCodes = Math.max(...row.map(Math.abs)) / 127;
        const coded = row.map((x) => unitOfCodes * Math.round(x / unitOfCodes));
        const error = row.map((x, i) => x - coded[i]!);
        const point = unit(error);
        const axis = point.findIndex((x) => Math.abs(x) === Math.max(...point.map(Math.abs)));
        const similarity = dot(coded, point) + share * norm(error);
        const vectors = new Float32Array(2 * columns);
        vectors[axis] = similarity / point[axis]!;
        vectors.set(row, columns);
        const [best] = rowSearch({ size: 2, columns, vectors })(point, 1, everything);
        assert.equal(best!.row, 1, `${columns} columns, ${share}`);
      }
    }
  });

  test('compares few rows in full', () => {
    const { embeddings, size, dimensions } = randomCatalogue(20_000, 64, 5);
    let asked = 0;
    const space = { size, columns: dimensions, vectors: embeddings };
    rowSearch(space)(embeddings.slice(0, dimensions), 5, () => ++asked > 0);
    assert.ok(asked < 500, `${asked}`);
  });
});

test('every recommender finds the best of its scores, however it is wrapped', () => {
  const catalogue = randomCatalogue(400, 16, 2);
  const cosine = cosineMethod(catalogue);
  const events = [3, 50, 77].map((row) => ({ songId: `s${row}`, kind: 'like' as const, at: 0 }));
  const taste = tasteFrom(catalogue, events, { now: 0, random: seededRandom(1) });
  const recommenders: Record<string, Recommender> = {
    cosine,
    soft: genreMethod(catalogue),
    'genres alone': genreMethod(catalogue, { weight: 1 }),
    hard: genreMethod(catalogue, { variant: 'hard' }),
    'without hubs': mutualProximity(cosine, similarityStatistics(embeddingSpace(catalogue))),
    personal: personalise(catalogue, cosine, taste, 0.7),
    nearest: cosineMethod(catalogue, { aggregation: 'best-match' }),
    agreement: cosineMethod(catalogue, { aggregation: 'agreement' }),
  };
  const seeds = [1, 2, 300];
  for (const [name, recommender] of Object.entries(recommenders)) {
    const scores = recommender.score({ rows: seeds });
    const found = recommend(
      catalogue,
      recommender,
      seeds.map((row) => `s${row}`),
      { count: 20, filters: [(row) => row % 3 > 0] },
    );
    const excluded = new Set([...seeds, ...scores.keys().filter((row) => row % 3 === 0)]);
    assert.deepEqual(
      found.map(({ id, score }) => ({ id, score })),
      topRows(scores, 20, excluded).map((row) => ({ id: `s${row}`, score: scores[row]! })),
      name,
    );
  }
});

test('a recommender prepared in parts finds the same, also in the middle of it', () => {
  const make: Record<string, (catalogue: Catalogue) => Recommender> = {
    cosine: cosineMethod,
    soft: genreMethod,
    hard: (catalogue) => genreMethod(catalogue, { variant: 'hard' }),
  };
  for (const [name, recommenderFor] of Object.entries(make)) {
    const best = (recommender: Recommender) =>
      recommender.best!({ rows: [1, 2, 3000] }, 20, everything);
    const expected = best(recommenderFor(randomCatalogue(9000, 16, 2)));
    const recommender = recommenderFor(randomCatalogue(9000, 16, 2));
    const preparation = recommender.prepare!();
    for (let part = 0; part < 3; part++) assert.equal(preparation.next().done, false, name);
    assert.deepEqual(best(recommender), expected, name);
    atOnce(preparation);
    assert.deepEqual(best(recommender), expected, name);
  }
});

test('the best for weighted seeds are those of the scores, to the last bit and in their order', () => {
  const random = seededRandom(8);
  for (let run = 0; run < 40; run++) {
    const { size, columns, vectors } = crowded(300, 1 + Math.floor(random() * 20), 12, run);
    const catalogue = { ...randomCatalogue(size, columns, run), embeddings: vectors };
    const rows = [1, 5, 9, 200].slice(0, 1 + (run % 4));
    const profile = { rows, weights: rows.map(() => 0.1 + random()) };
    for (const aggregation of ['centroid', 'best-match'] as const) {
      const recommender = cosineMethod(catalogue, { aggregation });
      const scores = recommender.score(profile);
      assert.deepEqual(
        recommender.best!(profile, 25, (row) => row % 2 === 0),
        topRows(scores, 25, new Set([...scores.keys()].filter((row) => row % 2 > 0))).map(
          (row) => ({ row, score: scores[row]! }),
        ),
        `${run} ${aggregation}`,
      );
    }
  }
});
