import assert from 'node:assert/strict';
import { readFile, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type Library, type StudyStore, openLibrary } from '../src/index.ts';
import {
  newDataDirectory,
  statisticsEmbedder,
  temporaryFolder,
  testFile,
  wav,
  wavReader,
  write,
} from './helpers.ts';
import { type PostgresServer, hasPostgres, noPostgres, startPostgres } from './postgres-server.ts';

let server: PostgresServer | undefined;
if (hasPostgres()) {
  server = await startPostgres({ version: '16' });
  after(() => server?.close());
}

/** A library with something in every table and every kind of column. */
async function fill(library: Library, folder: string): Promise<void> {
  for (let i = 0; i < 40; i += 1) await write(join(folder, `${i} "ü\\.wav`), wav(100 + 7 * i));
  await write(join(folder, 'bad.mp3'), 'nothing');
  await library.addFolder(folder);
  await library.scan([folder]);
  await library.analyze({ audio: wavReader, embedder: statisticsEmbedder() });
  const ids = (await library.tracks({ status: 'analysed' })).tracks.map(({ id }) => id);
  await library.addListens('Ada', [
    { trackId: ids[0]!, kind: 'like', at: 1700000000.123456 },
    { trackId: ids[1]!, kind: 'play', at: 0.1, share: 1 / 3 },
  ]);
  await library.savePlaylist({ name: 'tab\tand ünïcode\n', trackIds: [ids[2]!, ids[1]!, ids[2]!] });
  await library.saveSetting('settings', { text: '"\\', number: 1e-300, nothing: null });
  await library.addRecommendations('Ada', [ids[4]!], 1700000000.5);
  await library.addListener('Bob');
  const { id } = await library.users.add({ name: 'Ada', passwordHash: 'hash', isAdmin: true });
  await library.users.addSession({ tokenHash: 'a', userId: id, expiresAt: new Date(1e12 + 1) });
  await library.users.addAppPassword(id, 'phone', 'secret');
  await fillStudies(library.studies, ids);
  await library.saveMap('statistics', [{ trackId: ids[3]!, x: -0.1, y: 1e10 }]);
}

async function fillStudies(studies: StudyStore, ids: readonly string[]): Promise<void> {
  const { id } = await studies.add({ title: 'ünïcode' });
  await studies.open(id, { plan: { title: '"\\' }, planHash: 'hash', modelId: 'statistics' });
  await studies.invite(id, ['token', 'not taken']);
  const participant = await studies.claim('token', { secretHash: 'a', withdrawalHash: 'b' });
  await studies.takeNumber(participant!);
  const clips = [{ clip: 1, trackId: ids[5]!, arms: ['a', '"b,{}'], attention: null }];
  await studies.choose(participant!.id, [ids[6]!], clips);
  await studies.rate(participant!.id, { clip: 1, rating: 3, listenedSeconds: 1 / 3 });
  await studies.setConsent('Ada', true);
  const session = await studies.addSession('Ada', [{ trackId: ids[7]!, team: 'b' }]);
  await studies.credit(session, ids[7]!, 'like');
}

/** All rows of a backup; their order within a table says nothing. */
const rowsOf = async (file: string) =>
  Object.groupBy(
    gunzipSync(await readFile(file))
      .toString()
      .split('\n')
      .sort(),
    (line) => (line.startsWith('{') ? 'headers' : 'rows'),
  );

const contents = async (library: Library) => ({
  tracks: await library.entries(),
  features: await library.features('statistics'),
  windows: await library.windows(
    'statistics',
    (await library.entries()).map(({ id }) => id),
  ),
  failures: await library.failures(),
  listens: await library.listens('Ada'),
  playlists: await library.playlists(),
  folders: await library.folders(),
  setting: await library.setting('settings'),
  users: await library.users.list(),
  map: await library.map('statistics'),
});

const dataDirectory = await newDataDirectory(testFile);
const folder = await temporaryFolder(testFile);
const original = await openLibrary({ dataDirectory });
testFile.after(() => original.close());
await fill(original, folder);

test(
  'from embedded to a server and back, everything is as it was',
  { skip: !server && noPostgres },
  async (t) => {
    const files = await temporaryFolder(t);
    const [there, back] = [join(files, 'there'), join(files, 'back')];
    const counts = await original.backup(there);
    assert.deepEqual(
      Object.keys(counts).filter((table) => counts[table] === 0),
      [],
      'every table has rows to compare',
    );
    assert.deepEqual(
      [counts.tracks, counts.features, counts.failures, counts.listens, counts.playlist_tracks],
      [41, 40, 1, 2, 3],
    );
    const away = await openLibrary({
      dataDirectory: files,
      databaseUrl: await server!.newDatabase(),
    });
    t.after(() => away.close());
    assert.deepEqual(await away.restore(there), counts);
    assert.deepEqual(await contents(away), await contents(original));

    assert.deepEqual(await away.backup(back), counts);
    assert.deepEqual(await rowsOf(back), await rowsOf(there));
    const embedded = await openLibrary({ dataDirectory: await newDataDirectory(t) });
    t.after(() => embedded.close());
    assert.deepEqual(await embedded.restore(back), counts);
    assert.deepEqual(await contents(embedded), await contents(original));
    await assert.rejects(embedded.restore(back), { code: 'NOT_EMPTY', message: /tracks/ });
    assert.deepEqual(await readdir(files), ['back', 'there']);
  },
);

test('two backups to one file at once: it is a whole one, for its owner alone', async (t) => {
  const files = await temporaryFolder(t);
  const file = join(files, 'backup');
  await Promise.all([original.backup(file), original.backup(file)]);
  assert.deepEqual(await readdir(files), ['backup']);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  const library = await openLibrary({ dataDirectory: await newDataDirectory(t) });
  t.after(() => library.close());
  await library.restore(file);
  assert.deepEqual(await contents(library), await contents(original));
});

test('a backup removes what one to the same file left that was killed, and nothing else', async (t) => {
  const files = await temporaryFolder(t);
  const file = join(files, 'backup');
  const uuid = '01234567-89ab-cdef-0123-456789abcdef';
  const names = ['backup.film.part', `other.${uuid}.part`, `backup.${uuid}.part`];
  const then = new Date(Date.now() - 2 * 3600 * 1000);
  for (const name of names) {
    await writeFile(join(files, name), '');
    await utimes(join(files, name), then, then);
  }
  // Of one that is under way.
  const fresh = `backup.${uuid.replace('0', '1')}.part`;
  await writeFile(join(files, fresh), '');
  await original.backup(file);
  assert.deepEqual((await readdir(files)).sort(), ['backup', fresh, ...names.slice(0, 2)].sort());
});

test('a damaged file, one of a later version, or one without its end, changes nothing', async (t) => {
  const files = await temporaryFolder(t);
  const file = join(files, 'backup');
  await original.backup(file);
  const whole = await readFile(file);
  const lines = gunzipSync(whole).toString().split('\n');
  const library = await openLibrary({ dataDirectory: await newDataDirectory(t) });
  t.after(() => library.close());
  const zipped = (some: string[]) => gzipSync(some.join('\n'));
  const later = lines[0]!.replace('"migrations":[', '"migrations":["9999_later",');
  const bad: [Uint8Array | string, string, RegExp][] = [
    ['hello', 'BAD_BACKUP', /header|incorrect/],
    ['', 'BAD_BACKUP', /missing|end/],
    [whole.subarray(0, whole.length / 2), 'BAD_BACKUP', /unexpected/],
    [zipped(lines.slice(0, 40)), 'BAD_BACKUP', /missing/],
    [zipped(['{"format":"other"}', ...lines.slice(1)]), 'BAD_BACKUP', /header/],
    [zipped(lines.toSpliced(20, 1)), 'BAD_BACKUP', /line/],
    [zipped([later, ...lines.slice(1)]), 'SCHEMA_TOO_NEW', /9999_later/],
    [zipped(lines.with(1, lines[1]!.replace('"path"', '"pfad"'))), 'BAD_BACKUP', /column pfad/],
  ];
  for (const [content, code, message] of bad) {
    await writeFile(file, content);
    await assert.rejects(library.restore(file), { code, message });
    assert.equal((await library.entries()).length, 0);
  }
  await assert.rejects(library.restore(join(files, 'none')), { code: 'BAD_BACKUP' });
  await writeFile(file, whole);
  await library.restore(file);
  assert.deepEqual(await contents(library), await contents(original));
});
