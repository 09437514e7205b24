import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRandom } from '@consonance/statistics';
import {
  cosineMethod,
  createCatalogue,
  libraryMap,
  type MapPoint,
  recommend,
  similarTo,
  songPath,
} from '../src/index.ts';
import { principalComponents } from '../src/principal-components.ts';
import { labels, planarCatalogue, randomCatalogue } from './helpers.ts';

const arc = planarCatalogue(
  Object.fromEntries(
    [0, 3, 10, 20, 21, 30, 40, 50, 55, 60, 200].map((degrees) => [`${degrees}`, [degrees, 'jazz']]),
  ),
);

describe('song path', () => {
  test('goes from one song to the other in even steps', () => {
    const path = songPath(arc, '0', '60', { between: 5 });
    assert.deepEqual(
      path.map(({ id }) => id),
      ['0', '10', '20', '30', '40', '50', '60'],
    );
    assert.equal(path[0]!.similarity, undefined);
    for (const { similarity } of path.slice(1)) {
      assert.ok(Math.abs(similarity! - Math.cos(Math.PI / 18)) < 1e-6);
    }
  });

  test('is reversed when the ends are swapped, and shorter when songs lack', () => {
    const ids = (from: string, to: string, between: number) =>
      songPath(arc, from, to, { between }).map(({ id }) => id);
    assert.deepEqual(ids('60', '0', 5), ids('0', '60', 5).reverse());
    assert.deepEqual(ids('0', '60', 0), ['0', '60']);
    assert.deepEqual(ids('50', '60', 8), ['50', '55', '60']);
  });

  test('never repeats a song, and copies of one song are no obstacle', () => {
    const random = randomCatalogue(300, 8, 1);
    const ids = songPath(random, 's0', 's1', { between: 10 }).map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    const copies = planarCatalogue({ a: [5, 'jazz'], b: [5, 'jazz'], c: [5, 'jazz'] });
    assert.deepEqual(
      songPath(copies, 'a', 'b').map(({ id }) => id),
      ['a', 'c', 'b'],
    );
  });

  /** The plain way: points along the arc, each snapped to the nearest song not used yet. */
  function snapped(catalogue: typeof arc, from: number, to: number, between: number): number[] {
    const similarity = (a: number, b: number) => cosineMethod(catalogue).score({ rows: [a] })[b]!;
    const angle = Math.acos(similarity(from, to));
    const path = [from];
    const [start, end] = [from, to].map((row) => cosineMethod(catalogue).score({ rows: [row] }));
    for (let k = 1; k <= between; k++) {
      const t = k / (between + 1);
      const scores = start!.map(
        (x, row) => Math.sin((1 - t) * angle) * x + Math.sin(t * angle) * end![row]!,
      );
      const order = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]!);
      path.push(order.find((row) => row !== to && !path.includes(row))!);
    }
    return [...path, to];
  }

  test('has a smaller largest step than way-points snapped to the nearest songs', () => {
    const catalogue = randomCatalogue(500, 8, 5);
    const score = cosineMethod(catalogue).score.bind(null);
    const worst = (rows: number[]) =>
      Math.max(...rows.slice(1).map((row, k) => 1 - score({ rows: [rows[k]!] })[row]!));
    let [ours, plain] = [0, 0];
    for (let k = 0; k < 20; k++) {
      const path = songPath(catalogue, `s${k}`, `s${k + 100}`, { between: 6 });
      ours += worst(path.map(({ id }) => catalogue.rowOf.get(id)!));
      plain += worst(snapped(catalogue, k, k + 100, 6));
    }
    assert.ok(ours < plain, `${ours} ${plain}`);
  });

  test('refuses unknown songs, equal ends and a bad count', () => {
    assert.throws(() => songPath(arc, '0', 'x'), /received id "x"/);
    assert.throws(() => songPath(arc, '0', '0'), /two different songs/);
    assert.throws(() => songPath(arc, '0', '60', { between: 1.5 }), /for between/);
  });
});

test('similar songs are the recommendations for one seed', () => {
  const cosine = cosineMethod(arc);
  assert.deepEqual(
    similarTo(arc, cosine, '20', { count: 3 }),
    recommend(arc, cosine, ['20'], { count: 3 }),
  );
});

describe('map', () => {
  /** Five groups of songs in 8 dimensions, song i in group i % 5. */
  function groups(size: number) {
    const random = seededRandom(3);
    const centres = Array.from({ length: 5 * 8 }, () => random() - 0.5);
    return createCatalogue({
      ids: Array.from({ length: size }, (_, i) => `${i}`),
      embeddings: Float32Array.from(
        { length: size * 8 },
        (_, k) => centres[(Math.floor(k / 8) % 5) * 8 + (k % 8)]! + 0.2 * (random() - 0.5),
      ),
      dimensions: 8,
      labels,
      genres: new Float32Array(size * labels.length),
    });
  }

  /** Share of the songs whose nearest song on the map is of their group. */
  const togetherness = (map: readonly MapPoint[]) =>
    map.filter((one, i) => {
      const distances = map.map(({ x, y }, j) =>
        i === j ? Infinity : Math.hypot(x - one.x, y - one.y),
      );
      return distances.indexOf(Math.min(...distances)) % 5 === i % 5;
    }).length / map.length;

  test('songs that are alike lie together, and the map comes out the same again', () => {
    const catalogue = groups(200);
    const heard: number[] = [];
    const map = libraryMap(catalogue, { onProgress: (fraction) => heard.push(fraction) });
    assert.deepEqual(
      map.map(({ id }) => id),
      catalogue.ids,
    );
    assert.ok(togetherness(map) > 0.98);
    assert.deepEqual(libraryMap(catalogue), map);
    assert.deepEqual(
      heard,
      heard.toSorted((a, b) => a - b),
    );
    assert.deepEqual([heard[0], heard.at(-1)], [0, 1]);
  });

  test('songs beyond those that are laid out find their places among them', () => {
    const map = libraryMap(groups(400), { maximumFitted: 100 });
    assert.ok(togetherness(map) > 0.95);
  });

  test('starts from the directions of largest variance', () => {
    const random = seededRandom(3);
    const vectors = Float32Array.from({ length: 200 * 4 }, (_, k) =>
      k % 4 === 3 ? 10 : [-1, 3, 0.1][k % 4]! * (random() - 0.5),
    );
    const [x, y, ...rest] = principalComponents({ size: 200, columns: 4, vectors }, 6);
    const mean = [0, 1].map(
      (i) => x!.reduce((sum, _, row) => sum + vectors[row * 4 + i]!, 0) / 200,
    );
    x!.forEach((_, row) => {
      assert.ok(Math.abs(x![row]! - (vectors[row * 4 + 1]! - mean[1]!)) < 0.1);
      assert.ok(Math.abs(y![row]! - (vectors[row * 4]! - mean[0]!)) < 0.1);
    });
    assert.deepEqual(rest.slice(2), [new Float32Array(200), new Float32Array(200)]);
  });

  test('survives no songs, few songs and equal songs', () => {
    assert.deepEqual(libraryMap(randomCatalogue(0, 8, 1)), []);
    for (const size of [1, 2, 15, 16, 17, 40]) {
      const equal = planarCatalogue(
        Object.fromEntries(Array.from({ length: size }, (_, i) => [`${i}`, [1, 'jazz']])),
      );
      for (const map of [libraryMap(equal), libraryMap(randomCatalogue(size, 3, size))]) {
        assert.equal(map.length, size);
        assert.ok(map.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y)));
      }
    }
  });

  test('refuses too few songs to lay out and misspelt options', () => {
    const refused = { code: 'BAD_OPTION' };
    assert.throws(() => libraryMap(arc, { maximumFitted: 15 }), refused);
    assert.throws(() => libraryMap(arc, { seed: 1 } as object), refused);
  });
});
