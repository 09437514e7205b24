import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRandom } from '@consonance/statistics';
import fc from 'fast-check';
import {
  atOnce,
  type Catalogue,
  cosineMethod,
  createCatalogue,
  genreCentres,
  genreMethod,
  genrePrecision,
  type Reason,
  recommend,
  replaceSongs,
} from '../src/index.ts';
import { labels, planarCatalogue } from './helpers.ts';

describe('catalogue', () => {
  const input = {
    ids: ['a', 'b'],
    embeddings: Float32Array.of(3, 4, 0, 2),
    dimensions: 2,
    labels,
    genres: Float32Array.of(0, 0.5, 1, 0, 0, 0),
  };

  test('normalises rows and leaves its input alone', () => {
    const catalogue = createCatalogue(input);
    assert.deepEqual(
      [...catalogue.embeddings].map((x) => +x.toFixed(6)),
      [0.6, 0.8, 0, 1],
    );
    assert.deepEqual([...input.embeddings], [3, 4, 0, 2]);
  });

  test('names the song or the array that is wrong', () => {
    const wrong = (change: Partial<typeof input>) => () => createCatalogue({ ...input, ...change });
    assert.throws(wrong({ embeddings: Float32Array.of(3, 4, NaN, 2) }), /song "b"/);
    assert.throws(wrong({ embeddings: Float32Array.of(0, 0, 1, 2) }), /song "a"/);
    assert.throws(
      wrong({ embeddings: Float32Array.of(1) }),
      /Expected 4 numbers in embeddings but received 1/,
    );
    assert.throws(
      wrong({ genres: Float32Array.of(0, 0, 0, 0, 1.5, 0) }),
      /song "b" but received 1.5/,
    );
    assert.throws(wrong({ ids: ['a', 'a'] }), /received "a" twice/);
  });
});

describe('songs in the place of others', () => {
  type Songs = Map<string, number>;
  const catalogueOf = (songs: Songs) => {
    const numbers = [...songs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, number]) => number);
    return createCatalogue({
      ids: [...songs.keys()].sort(),
      dimensions: 2,
      labels: ['jazz'],
      embeddings: Float32Array.from(numbers.flatMap((number) => [number, 1])),
      genres: Float32Array.from(numbers, (number) => 1 / (1 + number)),
    });
  };
  const expectReplaced = (before: Songs, after: Songs) => {
    const ids = [...new Set([...before.keys(), ...after.keys()])];
    const changed = new Set(ids.filter((id) => before.get(id) !== after.get(id)));
    const added = catalogueOf(new Map([...after].filter(([id]) => changed.has(id))));
    assert.deepEqual(atOnce(replaceSongs(catalogueOf(before), changed, added)), catalogueOf(after));
  };

  test('are as if they had been there from the beginning', () => {
    const songs = fc
      .uniqueArray(fc.tuple(fc.constantFrom(...'abcdef'), fc.nat({ max: 3 })), {
        selector: ([id]) => id,
      })
      .map((entries): Songs => new Map(entries));
    fc.assert(fc.property(songs, songs, expectReplaced));
  });

  test('of thousands too', () => {
    const random = seededRandom(1);
    const some = () =>
      new Map(
        Array.from({ length: 10_000 }, (_, n): [string, number] => [`${n}`, n % 100]).filter(
          () => random() > 0.2,
        ),
      );
    expectReplaced(some(), some());
  });
});

describe('methods', () => {
  const catalogue = planarCatalogue({
    seed1: [0, 'jazz'],
    seed2: [40, 'jazz'],
    nearRock: [20, 'rock'],
    nextJazz: [60, 'jazz'],
  });

  test('method 1 is the mean cosine to the seeds', () => {
    const score = cosineMethod(catalogue).score({ rows: [0, 1] })[3]!;
    const degrees = (d: number) => Math.cos((d * Math.PI) / 180);
    assert.ok(Math.abs(score - (degrees(60) + degrees(20)) / 2) < 1e-6);
  });

  test('genre information overrules a little distance, which method 1 cannot', () => {
    const first = (method: typeof cosineMethod) =>
      recommend(catalogue, method(catalogue), ['seed1', 'seed2'])[0]!.id;
    assert.equal(first(cosineMethod), 'nearRock');
    assert.equal(first(genreMethod), 'nextJazz');
  });

  test('reasons name the nearest seed and only the genres that both sides hold', () => {
    const [jazz] = recommend(catalogue, genreMethod(catalogue), ['seed1', 'seed2'], { count: 1 });
    const [nearest] = jazz!.reasons;
    assert.ok(nearest?.kind === 'nearest-seed' && nearest.seedId === 'seed2');
    assert.ok(Math.abs(nearest.similarity - Math.cos(Math.PI / 9)) < 1e-6);
    const shared = (reasons: readonly Reason[]) =>
      reasons.flatMap((reason) => (reason.kind === 'shared-genre' ? reason.label : []));
    assert.deepEqual(shared(jazz!.reasons), ['jazz']);
    const rock = recommend(catalogue, genreMethod(catalogue), ['seed1', 'seed2'])[1]!;
    assert.deepEqual(shared(rock.reasons), []);
  });
});

test('the centre of a genre is its medoid', () => {
  const catalogue = planarCatalogue({
    a: [0, 'jazz'],
    b: [30, 'jazz'],
    c: [50, 'jazz'],
    lonely: [200, 'folk'],
  });
  const centres = genreCentres(catalogue);
  assert.deepEqual(
    centres.map(({ label, id, size }) => [label, id, size]),
    [
      ['jazz', 'b', 3],
      ['folk', 'lonely', 1],
    ],
  );
});

describe('precision by genre', () => {
  const precision = (catalogue: Catalogue, method: typeof cosineMethod, truthOf: typeof truth) =>
    genrePrecision(catalogue, method(catalogue), truthOf, seededRandom(1), { draws: 50 });
  const songs: Record<string, [number, string]> = {};
  const truth = new Map<string, { label: string; work: string }>();
  for (let i = 0; i < 12; i++) {
    for (const [label, centre] of [
      ['jazz', 0],
      ['rock', 120],
    ] as const) {
      songs[`${label}${i}`] = [centre + i, label];
      truth.set(`${label}${i}`, { label, work: `${label}${i}` });
    }
  }

  test('is 1 where genres lie apart and near the base rate where they do not', () => {
    const apart = precision(planarCatalogue(songs), cosineMethod, truth);
    assert.deepEqual(
      apart.map((p) => p.precision),
      [1, 1],
    );
    const mixed = new Map(
      [...truth].map(([id, t], i) => [id, { ...t, label: i % 2 ? 'jazz' : 'rock' }]),
    );
    const ids = [...mixed.keys()];
    const random = seededRandom(5);
    const angle = () => [random() * 360, 'jazz'] as [number, string];
    const noise = planarCatalogue(Object.fromEntries(ids.map((id) => [id, angle()])));
    for (const { precision: share } of precision(noise, cosineMethod, mixed)) {
      assert.ok(share > 0.1 && share < 0.65, `${share}`);
    }
  });

  test('songs of the same work never count', () => {
    const oneWork = new Map([...truth].map(([id, t]) => [id, { ...t, work: t.label }]));
    const found = precision(planarCatalogue(songs), cosineMethod, oneWork);
    assert.deepEqual(
      found.map((p) => p.precision),
      [0, 0],
    );
  });

  test('repeats exactly with the same seed', () => {
    const run = () => precision(planarCatalogue(songs), genreMethod, truth);
    assert.deepEqual(run(), run());
  });
});
