import assert from 'node:assert/strict';
import { join, relative } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { TrackTags } from '@consonance/audio';
import type { Embedder } from '@consonance/models';
import fc from 'fast-check';
import { featureRow, registerModel } from '../src/features.ts';
import type { Library } from '../src/library.ts';
import type { Track } from '../src/tracks.ts';
import {
  emptyDatabase,
  emptyLibrary,
  statisticsEmbedder,
  temporaryFolder,
  unit,
  wav,
  wavReader,
  write,
} from './helpers.ts';

/** An analysed library: files by name, with their tags. */
async function analysed(t: TestContext, files: Record<string, Partial<TrackTags>>) {
  const library = await emptyLibrary();
  const folder = await temporaryFolder(t);
  for (const [index, name] of Object.keys(files).entries()) {
    await write(join(folder, name), wav(100 + 10 * index));
  }
  const audio = {
    async analyze(path: string) {
      const tags = { genres: [], ...files[relative(folder, path)] };
      return { ...(await wavReader.analyze(path)), tags };
    },
  };
  await library.scan([folder]);
  await library.analyze({ audio, embedder: statisticsEmbedder() });
  return { library, folder };
}

async function titles(library: Library, search: string): Promise<string[]> {
  return (await library.tracks({ search })).tracks.map((track) => track.title);
}

test('a search ranks the exact title first, then its words together, then all words', async (t) => {
  const { library } = await analysed(t, {
    '1.wav': { title: 'Song of Blue', artist: 'Sky' },
    '2.wav': { title: 'Blue Song in the Night', artist: 'B' },
    '3.wav': { title: 'Blue Song', artist: 'C' },
    '4.wav': { title: 'Song', artist: 'Blüe' },
    'fifth.wav': { title: 'Red', artist: 'C' },
  });
  assert.deepEqual(await titles(library, 'blue song'), [
    ...['Blue Song', 'Blue Song in the Night', 'Song of Blue', 'Song'],
  ]);
  assert.deepEqual(await titles(library, 'SONG blüe sky'), ['Song of Blue']);
  assert.deepEqual(await titles(library, 'fif wav'), ['Red']);
  assert.deepEqual(await titles(library, "100% _ '; drop table tracks"), []);
  assert.deepEqual(await titles(library, 'a\0b'), []);
  assert.equal((await library.tracks({ search: ' ' })).total, 5);
});

test('tracks come in pages, by status, with the tags as they are', async (t) => {
  const tags = {
    title: 'Étincelles\0',
    artist: 'Moszkowski',
    album: 'Op. 36',
    albumArtist: 'Various',
    genres: ['Classical', ''],
    year: 1886,
  };
  const { library, folder } = await analysed(t, {
    'a.wav': tags,
    'b.wav': { year: 1e9 },
    'c.wav': {},
  });
  await write(join(folder, 'd.mp3'), 'no music');
  await library.scan([folder]);
  const { total, tracks } = await library.tracks({ limit: 2, offset: 1 });
  assert.equal(total, 4);
  assert.deepEqual(
    tracks.map(({ title }) => title),
    ['b', 'c'],
  );
  assert.equal(tracks[0]!.year, undefined);
  assert.deepEqual(
    (await library.tracks({ status: 'pending' })).tracks.map(({ title }) => title),
    ['d'],
  );
  const [{ id, addedAt, size, ...track }] = (await library.tracks({ search: 'etincelles' }))
    .tracks as [Track];
  assert.deepEqual(track, {
    path: join(folder, 'a.wav'),
    status: 'analysed',
    title: 'Étincelles',
    artist: 'Moszkowski',
    album: 'Op. 36',
    albumArtist: 'Various',
    year: 1886,
    tagGenres: ['Classical'],
    durationSeconds: 0.1,
    hasCover: false,
  });
  assert.match(id, /^[0-9a-z]{12}$/);
  assert.equal(size, 1644);
  assert.ok(addedAt instanceof Date);
  await assert.rejects(library.tracks({ limit: -1 }), { code: 'BAD_OPTION' });
  await assert.rejects(library.tracks({ page: 1 } as never), { code: 'BAD_OPTION' });
});

test('a track is found by id, by path and by relative path', async (t) => {
  const { library, folder } = await analysed(t, { 'a.wav': {} });
  const track = await library.find(join(folder, 'a.wav'));
  assert.ok(track);
  assert.deepEqual(await library.find(track.id), track);
  assert.deepEqual(await library.find(relative(process.cwd(), track.path)), track);
  assert.deepEqual(await library.getTracks(['nothing', track.id, track.id]), [track, track]);
  assert.equal(await library.find('nothing'), undefined);
  assert.equal(await library.find('a\0b'), undefined);
});

test('forgetting by id, path and folder takes features along; a scan finds the files again', async (t) => {
  const { library, folder } = await analysed(t, {
    'a.wav': {},
    'b.wav': {},
    'c/d.wav': {},
    'c/e.wav': {},
    'cc.wav': {},
  });
  const a = await library.find(join(folder, 'a.wav'));
  const result = await library.forget([a!.id, join(folder, 'b.wav'), join(folder, 'c'), 'nothing']);
  assert.deepEqual(result, { forgotten: 4, unknown: ['nothing'] });
  assert.equal((await library.features('statistics')).ids.length, 1);
  assert.equal((await library.scan([folder])).added, 4);
});

test('features come back exactly as they were, 10,000 of them', async () => {
  const { db, library } = await emptyDatabase();
  const dimensions = 64;
  const labels = ['classical', "rock 'n' roll", 'hip-hop'];
  const vector = (i: number) =>
    unit(Array.from({ length: dimensions }, (_, d) => Math.sin(i * 7 + d * (i + 1))));
  const genres = (i: number) => [i / 10_000, 1 - i / 10_000, Math.exp(-i)];
  const embedder = { ...statisticsEmbedder('wide'), dimensions, labels };
  await registerModel(db, embedder);
  const mel = new Float32Array();
  const windows = [0.1, 29.12].map((startSeconds) => ({ startSeconds, mel }));
  const idOf = (i: number) => String(i).padStart(12, '0');
  for (let first = 0; first < 10_000; first += 1000) {
    const block = Array.from({ length: 1000 }, (_, k) => first + k);
    const trackRow = (i: number) => ({
      id: idOf(i),
      path: `/music/${i}.mp3`,
      size: i,
      mtime: i,
      search_title: '',
      search_text: '',
    });
    await db.insertInto('tracks').values(block.map(trackRow)).execute();
    const rows = block.map((i) => {
      const probabilities = Object.fromEntries(labels.map((label, j) => [label, genres(i)[j]!]));
      const windowEmbeddings = [vector(i), vector(i + 1)];
      const windowGenres = windowEmbeddings.map(() => Float32Array.from(genres(i)));
      const result = {
        embedding: vector(i),
        genres: probabilities,
        windowEmbeddings,
        windowGenres,
      };
      return featureRow(embedder, idOf(i), windows, result);
    });
    await db.insertInto('features').values(rows).execute();
  }

  const features = await library.features('wide');
  const all = Array.from({ length: 10_000 }, (_, i) => i);
  assert.deepEqual(features.ids, all.map(idOf));
  assert.deepEqual(features.labels, labels);
  assert.deepEqual(features.embeddings, Float32Array.from(all.flatMap((i) => [...vector(i)])));
  assert.deepEqual(features.genres, Float32Array.from(all.flatMap(genres)));
  const stored = (await library.windows('wide', [idOf(1234)])).get(idOf(1234));
  assert.deepEqual(stored?.starts, Float32Array.of(0.1, 29.12));
  assert.deepEqual(stored?.embeddings, Float32Array.of(...vector(1234), ...vector(1235)));
});

test('any float32 but -0 survives the database', async (t) => {
  const library = await emptyLibrary();
  const folder = await temporaryFolder(t);
  let embedding = new Float32Array(4);
  const embedder: Embedder = {
    ...statisticsEmbedder('any'),
    dimensions: 4,
    embed: async (tracks) =>
      tracks.map(() => ({
        embedding,
        genres: {},
        windowEmbeddings: [embedding],
        windowGenres: [],
      })),
  };
  const value = fc.float({ noNaN: true, noDefaultInfinity: true });
  const path = await write(join(folder, 'a.wav'), wav(100));
  await fc.assert(
    fc.asyncProperty(fc.array(value, { minLength: 4, maxLength: 4 }), async (values) => {
      fc.pre(values.some((number) => number !== 0));
      await library.forget([path]);
      await library.scan([path]);
      // Text has no negative zero, and no use for one.
      embedding = Float32Array.from(values, (number) => number + 0);
      await library.analyze({ audio: wavReader, embedder });
      assert.deepEqual((await library.features('any')).embeddings, embedding);
    }),
    { numRuns: 50 },
  );
});

test('no features without a model, none for an unknown one', async (t) => {
  const { library } = await analysed(t, {});
  const { ids, embeddings } = await library.features('statistics');
  assert.deepEqual([ids.length, embeddings.length], [0, 0]);
  await assert.rejects(library.features('other'), { code: 'NOT_FOUND', message: /statistics/ });
  assert.equal((await library.windows('statistics', ['nothing'])).size, 0);
});
