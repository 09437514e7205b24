import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRandom } from '@consonance/statistics';
import {
  cosineMethod,
  createCatalogue,
  libraryMap,
  recommend,
  similarTo,
  songPath,
} from '../src/index.ts';
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
  test('shows the two directions of largest variance', () => {
    const random = seededRandom(3);
    const size = 200;
    const embeddings = Float32Array.from({ length: size * 4 }, (_, k) =>
      k % 4 === 3 ? 10 : [3, 1, 0.1][k % 4]! * (random() - 0.5),
    );
    const catalogue = createCatalogue({
      ids: Array.from({ length: size }, (_, i) => `${i}`),
      embeddings,
      dimensions: 4,
      labels,
      genres: new Float32Array(size * labels.length),
    });
    const map = libraryMap(catalogue);
    map.forEach(({ x, y }, row) => {
      const [first, second] = [0, 1].map((i) => catalogue.embeddings[row * 4 + i]!);
      assert.ok(Math.abs(x - first!) < 0.03 && Math.abs(y - second!) < 0.03);
    });
    assert.deepEqual(libraryMap(catalogue), map);
  });

  test('survives no songs, one song and equal songs', () => {
    assert.deepEqual(libraryMap(randomCatalogue(0, 8, 1)), []);
    for (const one of [
      planarCatalogue({ a: [1, 'jazz'] }),
      planarCatalogue({ a: [1, 'jazz'], b: [1, 'jazz'] }),
    ]) {
      for (const { x, y } of libraryMap(one)) assert.ok(Math.abs(x) < 1e-3 && Math.abs(y) < 1e-3);
    }
  });
});
