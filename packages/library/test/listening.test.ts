import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { rm } from 'node:fs/promises';
import type { Listen } from '../src/listening.ts';
import {
  emptyDatabase,
  statisticsEmbedder,
  temporaryFolder,
  wav,
  wavReader,
  write,
} from './helpers.ts';

/** A library of two analysed songs. */
async function twoSongs(t: TestContext) {
  const { db, library } = await emptyDatabase();
  const folder = await temporaryFolder(t);
  await write(join(folder, 'a.wav'), wav(100));
  await write(join(folder, 'b.wav'), wav(200));
  await library.scan([folder]);
  await library.analyze({ audio: wavReader, embedder: statisticsEmbedder() });
  const [a, b] = (await library.tracks()).tracks.map(({ id }) => id) as [string, string];
  return { db, library, folder, a, b };
}

test('a history comes back as it was given, the latest first, each listener apart', async (t) => {
  const { library, a, b } = await twoSongs(t);
  const listens: Listen[] = [
    { trackId: a, kind: 'play', at: 1000.5, share: 0.25 },
    { trackId: b, kind: 'skip', at: 3000 },
    { trackId: a, kind: 'like', at: 2000, share: 1 },
  ];
  assert.equal(await library.addListens('Ada', listens), 3);
  assert.equal(await library.addListens("o'Brien; drop table", [listens[0]!]), 1);
  assert.deepEqual(await library.listens('Ada'), [listens[1], listens[2], listens[0]]);
  assert.deepEqual(await library.listens(' Ada '), await library.listens('Ada'));
  assert.deepEqual(await library.listens('ada'), []);
  const ada = { name: 'Ada', listens: 3, lastAt: 3000 };
  assert.deepEqual(await library.listeners(), [
    ada,
    { name: "o'Brien; drop table", listens: 1, lastAt: 1000.5 },
  ]);
  assert.deepEqual(await library.listeners(' Ada '), [ada]);
});

test('what is there already is not added again; another kind or time is', async (t) => {
  const { library, a } = await twoSongs(t);
  const play: Listen = { trackId: a, kind: 'play', at: 1000 };
  assert.equal(await library.addListens('Ada', [play, play]), 1);
  assert.equal(await library.addListens('Ada', [play, { ...play, share: 0.5 }]), 0);
  assert.equal(await library.addListens('Ada', [{ ...play, kind: 'like' }]), 1);
  assert.equal(await library.addListens('Ada', [{ ...play, at: 1001 }]), 1);
  assert.equal(await library.addListens('Ada', []), 0);
  assert.equal((await library.listens('Ada')).length, 3);
});

test('a long history is added at once', async (t) => {
  const { library, a } = await twoSongs(t);
  const plays = Array.from({ length: 50_000 }, (_, at): Listen => ({
    trackId: a,
    kind: 'play',
    at,
  }));
  assert.equal(await library.addListens('Ada', plays), 50_000);
  assert.equal(await library.addListens('Ada', plays), 0);
});

test('bad values are named and nothing is added; unknown songs are passed over', async (t) => {
  const { library, a } = await twoSongs(t);
  const play: Listen = { trackId: a, kind: 'play', at: 1000 };
  const bad: [object, RegExp][] = [
    [{ at: NaN }, /time in seconds, of the years 1 to 9999, for at but received NaN/],
    [{ at: Date.UTC(10_000, 0) / 1000 }, /1 to 9999, for at but received 253402300800/],
    [{ at: -62_135_596_801 }, /1 to 9999, for at but received -62135596801/],
    [{ share: 1.5 }, /from 0 to 1 for share but received 1.5/],
    [{ kind: 'hum' }, /play, skip, like, dislike for kind but received 'hum'/],
  ];
  for (const [change, message] of bad) {
    const listens = [play, { ...play, ...change }] as Listen[];
    await assert.rejects(library.addListens('Ada', listens), { code: 'BAD_OPTION', message });
  }
  await assert.rejects(library.addListens(' ', [play]), { code: 'BAD_OPTION', message: /a name/ });
  assert.equal(await library.addListens('Ada', [{ ...play, trackId: 'nothing' }]), 0);
  assert.deepEqual(await library.listeners(), []);
});

test('recommendations given are remembered by listener, the latest first', async (t) => {
  const { library, a, b } = await twoSongs(t);
  await library.addRecommendations('Ada', [a, 'nothing'], 1000);
  await library.addRecommendations('Ada', [a, b], 2000);
  await library.addRecommendations('Ada', [a, b], 2000);
  const given = await library.recommendations('Ada');
  assert.deepEqual(
    given.map(({ at }) => at),
    [2000, 2000, 1000],
  );
  assert.deepEqual(new Set(given.map(({ trackId }) => trackId)), new Set([a, b]));
  assert.deepEqual(await library.recommendations('Bob'), []);
  await assert.rejects(library.addRecommendations('Ada', [a], NaN), { code: 'BAD_OPTION' });
});

test('a time that no date can be written for, from an earlier version, is shown as one', async (t) => {
  const { db, library, a, b } = await twoSongs(t);
  for (const [track_id, at] of [
    [a, 1.7e12],
    [b, -1e300],
  ] as const) {
    await db
      .insertInto('listens')
      .values({ listener: 'Cy', track_id, kind: 'play', at, share: null })
      .execute();
  }
  const shown = (at: number) => new Date(1000 * at).toISOString();
  assert.deepEqual(
    (await library.listens('Cy')).map(({ at }) => shown(at)),
    ['9999-12-31T23:59:59.999Z', '0001-01-01T00:00:00.000Z'],
  );
  const [cy] = await library.listeners('Cy');
  assert.equal(shown(cy!.lastAt!), '9999-12-31T23:59:59.999Z');
});

test('a saved map replaces the one before and leaves out what vanished', async (t) => {
  const { library, folder, a, b } = await twoSongs(t);
  assert.deepEqual(await library.map('statistics'), []);
  await library.saveMap('statistics', [{ trackId: a, x: 9, y: 9 }]);
  const points = [
    { trackId: a, x: 0.1, y: -1e-7 },
    { trackId: b, x: -2, y: 3 },
  ];
  await library.saveMap('statistics', [...points, { trackId: 'nothing', x: 0, y: 0 }]);
  const byId = points.toSorted((p, q) => (p.trackId < q.trackId ? -1 : 1));
  assert.deepEqual(await library.map('statistics'), byId);
  await rm(join(folder, 'b.wav'));
  await library.scan([folder]);
  assert.deepEqual(await library.map('statistics'), [points[0]]);
  await library.saveMap('statistics', []);
  assert.deepEqual(await library.map('statistics'), []);
});

test('a map that cannot be saved leaves the one before', async (t) => {
  const { library, a } = await twoSongs(t);
  await library.saveMap('statistics', [{ trackId: a, x: 1, y: 2 }]);
  const twice = [
    { trackId: a, x: 3, y: 4 },
    { trackId: a, x: 5, y: 6 },
  ];
  await assert.rejects(library.saveMap('statistics', twice));
  assert.deepEqual(await library.map('statistics'), [{ trackId: a, x: 1, y: 2 }]);
});
