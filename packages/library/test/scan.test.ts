import assert from 'node:assert/strict';
import { link, rename, rm, symlink, truncate, unlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { decideChange, isUnchanged } from '../src/file-changes.ts';
import type { Library, ScanResult } from '../src/index.ts';
import type { TrackRow } from '../src/schema.ts';
import {
  emptyLibrary,
  statisticsEmbedder,
  temporaryFolder,
  wav,
  wavReader,
  write,
} from './helpers.ts';

interface Setting {
  library: Library;
  folder: string;
  /** Scans the folder and returns the counts that are not 0; checks that they add up. */
  scan: (...roots: string[]) => Promise<Partial<ScanResult>>;
  analyze: () => ReturnType<Library['analyze']>;
}

async function setting(t: TestContext, files: Record<string, Buffer | string>): Promise<Setting> {
  const library = await emptyLibrary();
  const folder = await temporaryFolder(t);
  for (const [name, content] of Object.entries(files)) await write(join(folder, name), content);
  return {
    library,
    folder,
    scan: async (...roots) => {
      const { problems, ...counts } = await library.scan(roots.length > 0 ? roots : [folder]);
      const all = Object.values(counts).reduce((sum, count) => sum + count);
      assert.equal(all - counts.vanished, 2 * counts.found);
      const nonZero = Object.entries(counts).filter(([, count]) => count > 0);
      return { ...Object.fromEntries(nonZero), ...(problems.length > 0 && { problems }) };
    },
    analyze: () => library.analyze({ audio: wavReader, embedder: statisticsEmbedder() }),
  };
}

async function idOf(library: Library, path: string): Promise<string> {
  const track = await library.find(path);
  assert.ok(track, `no track ${path}`);
  return track.id;
}

test('a second scan finds everything unchanged', async (t) => {
  const { library, scan } = await setting(t, {
    'a.wav': wav(100),
    'b/c.wav': wav(200),
    'empty.mp3': '',
  });
  assert.deepEqual(await scan(), { found: 3, added: 3 });
  assert.deepEqual(await scan(), { found: 3, unchanged: 3 });
  assert.deepEqual(await library.status(), { files: 3, vanished: 0, failed: 0, models: [] });
});

test('a moved file keeps its id and features, and gets its new name', async (t) => {
  const { library, folder, scan, analyze } = await setting(t, {
    'a.wav': wav(100),
    'b.wav': wav(200),
  });
  await scan();
  await analyze();
  const id = await idOf(library, join(folder, 'a.wav'));
  const before = await library.features('statistics');
  await write(join(folder, 'new', 'keep'), '');
  await rename(join(folder, 'a.wav'), join(folder, 'new', 'Étude.wav'));
  assert.deepEqual(await scan(), { found: 2, moved: 1, unchanged: 1 });
  const [track] = await library.getTracks([id]);
  assert.equal(track?.path, join(folder, 'new', 'Étude.wav'));
  assert.equal(track?.title, 'Étude');
  assert.equal((await library.tracks({ search: 'etude' })).total, 1);
  assert.deepEqual(await library.features('statistics'), before);
  assert.equal((await analyze()).total, 0);
});

test('a changed file is analysed again, under its id', async (t) => {
  const { library, folder, scan, analyze } = await setting(t, {
    'a.wav': wav(100),
    'b.wav': wav(200),
  });
  await scan();
  await analyze();
  const path = join(folder, 'a.wav');
  const id = await idOf(library, path);
  const before = await library.windows('statistics', [id]);
  await write(path, wav(900));
  assert.deepEqual(await scan(), { found: 2, changed: 1, unchanged: 1 });
  assert.equal((await library.find(path))?.status, 'pending');
  assert.equal((await analyze()).analysed, 1);
  assert.equal(await idOf(library, path), id);
  assert.notDeepEqual(await library.windows('statistics', [id]), before);
});

test('a touched file is not analysed again', async (t) => {
  const { folder, scan, analyze } = await setting(t, { 'a.wav': wav(100) });
  await scan();
  await analyze();
  await utimes(join(folder, 'a.wav'), 1, 1);
  assert.deepEqual(await scan(), { found: 1, touched: 1 });
  assert.deepEqual(await scan(), { found: 1, unchanged: 1 });
  assert.equal((await analyze()).total, 0);
});

test('a vanished file is marked, left out, and comes back with its features', async (t) => {
  const files = { 'a.wav': wav(100), 'b.wav': wav(200), 'other/c.wav': wav(300) };
  const { library, folder, scan, analyze } = await setting(t, files);
  await scan();
  await analyze();
  const path = join(folder, 'a.wav');
  const id = await idOf(library, path);
  await rename(path, join(folder, 'aside'));
  assert.deepEqual(await scan(join(folder, 'other')), { found: 1, unchanged: 1 });
  assert.equal((await library.find(id))?.status, 'analysed');
  assert.deepEqual(await scan(), { found: 2, unchanged: 2, vanished: 1 });
  assert.deepEqual(await scan(), { found: 2, unchanged: 2 });
  assert.equal((await library.find(id))?.status, 'vanished');
  assert.ok(!(await library.features('statistics')).ids.includes(id));
  assert.deepEqual(await library.status(), {
    files: 2,
    vanished: 1,
    failed: 0,
    models: [{ modelId: 'statistics', analysed: 2, failed: 0, pending: 0 }],
  });
  await rename(join(folder, 'aside'), path);
  assert.deepEqual(await scan(), { found: 3, restored: 1, unchanged: 2 });
  assert.ok((await library.features('statistics')).ids.includes(id));
  assert.equal((await analyze()).total, 0);
});

test('a whole folder that is gone is reported, its files vanish and return', async (t) => {
  const { library, folder, scan } = await setting(t, { 'disk/a.wav': wav(100), 'b.wav': wav(200) });
  await scan();
  await rename(join(folder, 'disk'), join(folder, '.unmounted'));
  const result = await scan(join(folder, 'disk'));
  assert.equal(result.vanished, 1);
  assert.deepEqual(
    result.problems?.map(({ code }) => code),
    ['NOT_FOUND'],
  );
  await rename(join(folder, '.unmounted'), join(folder, 'disk'));
  assert.deepEqual(await scan(), { found: 2, restored: 1, unchanged: 1 });
  assert.equal((await library.status()).files, 2);
});

test('copies are two tracks, the second without an analysis of its own', async (t) => {
  const { library, folder, scan, analyze } = await setting(t, { 'a.wav': wav(100) });
  await scan();
  await analyze();
  await write(join(folder, 'copy.wav'), wav(100));
  assert.deepEqual(await scan(), { found: 2, added: 1, unchanged: 1 });
  assert.equal((await analyze()).total, 0);
  const { ids, embeddings, dimensions } = await library.features('statistics');
  assert.equal(ids.length, 2);
  assert.deepEqual(embeddings.slice(0, dimensions), embeddings.slice(dimensions));
  const copy = await library.find(join(folder, 'copy.wav'));
  assert.equal(copy?.title, 'copy');
  assert.equal(copy?.durationSeconds, 0.1);
});

test('two files that swap their names swap their features', async (t) => {
  const { library, folder, scan, analyze } = await setting(t, {
    'a.wav': wav(100),
    'b.wav': wav(900),
  });
  await scan();
  await analyze();
  const windowsOf = async (name: string) => {
    const id = await idOf(library, join(folder, name));
    return (await library.windows('statistics', [id])).get(id);
  };
  const before = [await windowsOf('a.wav'), await windowsOf('b.wav')];
  await rename(join(folder, 'a.wav'), join(folder, 'c'));
  await rename(join(folder, 'b.wav'), join(folder, 'a.wav'));
  await rename(join(folder, 'c'), join(folder, 'b.wav'));
  // Same size and, to the second, same time: as a copy tool that keeps times would leave them.
  await utimes(join(folder, 'a.wav'), 5, 5);
  await utimes(join(folder, 'b.wav'), 5, 5);
  assert.equal((await scan()).changed, 2);
  await analyze();
  assert.deepEqual([await windowsOf('b.wav'), await windowsOf('a.wav')], before);
});

test('hard and symbolic links to one file', async (t) => {
  const { folder, scan, analyze } = await setting(t, { 'a.wav': wav(100) });
  await link(join(folder, 'a.wav'), join(folder, 'hard.wav'));
  await symlink('a.wav', join(folder, 'soft.wav'));
  assert.deepEqual(await scan(), { found: 2, added: 2 });
  const { total, analysed, reused } = await analyze();
  assert.deepEqual({ total, analysed, reused }, { total: 2, analysed: 1, reused: 1 });
});

test('names in both Unicode forms are two tracks, found by either', async (t) => {
  const { library, scan } = await setting(t, {
    'caf\u00e9.wav': wav(100),
    'cafe\u0301.wav': wav(200),
  });
  assert.deepEqual(await scan(), { found: 2, added: 2 });
  assert.equal((await library.tracks({ search: 'CAFÉ' })).total, 2);
});

test(
  'a name that is not UTF-8 is a failure until it is renamed',
  { skip: process.platform !== 'linux' },
  async (t) => {
    const { library, folder, scan, analyze } = await setting(t, {});
    const bad = Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.of(0xe9), Buffer.from('.wav')]);
    await rename(await write(join(folder, 'x'), wav(100)), bad);
    assert.deepEqual(await scan(), { found: 1, added: 1 });
    assert.deepEqual(await scan(), { found: 1, unchanged: 1 });
    const [failure] = await library.failures();
    assert.equal(failure?.code, 'BAD_NAME');
    assert.equal(failure?.path, join(folder, 'caf\\xE9.wav'));
    await rename(bad, join(folder, 'café.wav'));
    assert.deepEqual(await scan(), { found: 1, added: 1, vanished: 1 });
    assert.equal((await analyze()).analysed, 1);
    assert.deepEqual(await library.failures(), []);
  },
);

test('an aborted scan keeps what it found and marks nothing as vanished', async (t) => {
  const files = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`${i}.wav`, `${i}`]));
  const { library, folder, scan } = await setting(t, files);
  await scan();
  await rm(join(folder, '0.wav'));
  const abort = new AbortController();
  const options = { signal: abort.signal, onProgress: () => abort.abort() };
  const result = await library.scan([folder], options);
  assert.equal(result.found, 128);
  assert.equal(result.vanished, 0);
  assert.equal((await scan()).vanished, 1);
});

test('only what is below a root is its own: a sibling with a longer name is not', async (t) => {
  const { folder, scan } = await setting(t, {
    'rock/a.wav': wav(1),
    'rock%/b.wav': wav(2),
    'rocks/c.wav': wav(3),
  });
  await scan();
  await unlink(join(folder, 'rocks', 'c.wav'));
  await unlink(join(folder, 'rock%', 'b.wav'));
  assert.deepEqual(await scan(join(folder, 'rock')), { found: 1, unchanged: 1 });
  assert.equal((await scan()).vanished, 2);
});

test('a file cut to nothing is changed, then a failure', async (t) => {
  const { library, folder, scan, analyze } = await setting(t, { 'a.wav': wav(100) });
  await scan();
  await analyze();
  await truncate(join(folder, 'a.wav'));
  assert.equal((await scan()).changed, 1);
  assert.equal((await analyze()).failed, 1);
  assert.deepEqual(
    (await library.failures()).map(({ code }) => code),
    ['EMPTY'],
  );
  assert.equal((await library.features('statistics')).ids.length, 0);
});

test('a file that cannot be read now keeps its content, until a scan can compare it', () => {
  const known: TrackRow = {
    id: 'a',
    path: '/a.wav',
    size: 9,
    mtime: 1000,
    content_hash: 'hash',
    duration: 3,
    title: 'A',
    artist: null,
    album: null,
    album_artist: null,
    year: null,
    tag_genres: [],
    search_title: 'a',
    search_text: 'a',
    has_cover: null,
    added_at: new Date(0),
    vanished_at: null,
  };
  const file = { path: '/a.wav', size: 9, mtime: 2000 };
  const failure = { code: 'UNREADABLE', message: 'EIO' };
  const change = decideChange(file, known, { hash: null, failure }, [], new Set());
  assert.partialDeepStrictEqual(change, { isNewContent: false, failure });
  assert.partialDeepStrictEqual(change.row, { id: 'a', content_hash: 'hash', title: 'A' });
  assert.ok(!isUnchanged(file, { ...known, ...change.row } as TrackRow));
});

test('a misspelt option is an error', async (t) => {
  const { library, folder } = await setting(t, {});
  await assert.rejects(library.scan([folder], { singal: null } as never), { code: 'BAD_OPTION' });
});
