/** Folders, playlists, settings and listeners. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  emptyLibrary,
  statisticsEmbedder,
  temporaryFolder,
  wav,
  wavReader,
  write,
} from './helpers.ts';

async function library(t: TestContext) {
  const library = await emptyLibrary();
  for (const { id } of await library.folders()) await library.removeFolder(id);
  for (const { id } of await library.playlists()) await library.removePlaylist(id);
  return { library, folder: await temporaryFolder(t) };
}

test('a folder takes up those inside it; one inside another adds nothing', async (t) => {
  const { library: lib, folder } = await library(t);
  const paths = async () => (await lib.folders()).map(({ path }) => path);
  await write(join(folder, 'in', 'a.wav'), wav(100));
  await lib.addFolder(join(folder, 'in'));
  await lib.addFolder(join(folder, 'in'));
  assert.deepEqual(await paths(), [join(folder, 'in')]);
  await lib.addFolder(folder);
  assert.deepEqual(await paths(), [folder]);
  await lib.addFolder(join(folder, 'in'));
  assert.deepEqual(await paths(), [folder]);
  await lib.forget([folder]);
  assert.deepEqual(await paths(), []);
});

test('hidden songs keep everything, and a scan brings them back', async (t) => {
  const { library: lib, folder } = await library(t);
  await write(join(folder, 'a', 'a.wav'), wav(100));
  await write(join(folder, 'b', 'b.wav'), wav(200));
  await lib.scan([folder]);
  await lib.analyze({ audio: wavReader, embedder: statisticsEmbedder() });
  const [a] = (await lib.tracks()).tracks;
  await lib.addListens('Ada', [{ trackId: a!.id, kind: 'like', at: 1 }]);
  await lib.addFolder(folder);
  const [added] = await lib.folders();
  assert.deepEqual([added!.files, added!.analysed], [2, 2]);

  assert.deepEqual(await lib.hide(folder, [join(folder, 'b')]), [a!.id]);
  assert.equal((await lib.features('statistics')).ids.length, 1);
  const changed: string[] = [];
  const { restored } = await lib.scan([folder], { onChange: (ids) => changed.push(...ids) });
  assert.deepEqual([restored, changed], [1, [a!.id]]);
  assert.equal((await lib.features('statistics')).ids.length, 2);
  assert.equal((await lib.listens('Ada')).length, 1);
});

test('a scan and an analysis name the songs that they change', async (t) => {
  const { library: lib, folder } = await library(t);
  await write(join(folder, 'a.wav'), wav(100));
  await write(join(folder, 'bad.mp3'), 'nothing');
  const seen: string[] = [];
  const onChange = (ids: readonly string[]) => void seen.push(...ids);
  await lib.scan([folder], { onChange });
  const ids = (await lib.tracks()).tracks.map(({ id }) => id).sort();
  assert.deepEqual(seen.splice(0).sort(), ids);
  await lib.analyze({ audio: wavReader, embedder: statisticsEmbedder(), onChange });
  assert.deepEqual(seen.splice(0).sort(), ids);
  await lib.scan([folder], { onChange });
  assert.deepEqual(seen, []);
  const entries = await lib.entries(ids);
  assert.deepEqual(
    entries.map(({ id, searchTitle }) => [id, searchTitle]),
    (await lib.entries()).map(({ id, searchTitle }) => [id, searchTitle]),
  );
});

test('a playlist keeps its order and its repetitions', async (t) => {
  const { library: lib, folder } = await library(t);
  await write(join(folder, 'a.wav'), wav(100));
  await write(join(folder, 'b.wav'), wav(200));
  await lib.scan([folder]);
  const [a, b] = (await lib.tracks()).tracks.map(({ id }) => id) as [string, string];
  const id = await lib.savePlaylist({ name: ' Mine ', trackIds: [b, a, b, 'unknown'] });
  const [playlist] = await lib.playlists();
  assert.deepEqual([playlist!.id, playlist!.name, playlist!.trackIds], [id, 'Mine', [b, a, b]]);
  await lib.savePlaylist({ id, name: 'Other', trackIds: [a] });
  const [replaced] = await lib.playlists();
  assert.deepEqual([replaced!.id, replaced!.name, replaced!.trackIds], [id, 'Other', [a]]);
  await assert.rejects(lib.savePlaylist({ name: ' ', trackIds: [] }), /Expected a name for name/);
  await assert.rejects(lib.savePlaylist({ id: 'nothing', name: 'x', trackIds: [] }), {
    code: 'NOT_FOUND',
  });
  await lib.removePlaylist(id);
  await assert.rejects(lib.removePlaylist(id), { code: 'NOT_FOUND' });
});

test('settings come back as they were saved; listeners are there before their history', async () => {
  const lib = await emptyLibrary();
  assert.equal(await lib.setting('nothing'), undefined);
  await lib.saveSetting('test', { a: [1, null] });
  await lib.saveSetting('test', { a: [2, null] });
  assert.deepEqual(await lib.setting('test'), { a: [2, null] });
  await lib.saveSetting('test', false);
  assert.equal(await lib.setting('test'), false);

  await lib.addListener(' Bea ');
  await lib.addListener('Bea');
  assert.deepEqual(await lib.listeners('Bea'), [{ name: 'Bea', listens: 0, lastAt: null }]);
  assert.equal(await lib.removeListener('Bea'), true);
  assert.equal(await lib.removeListener('Bea'), false);
});
