import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Consonance, openConsonance } from '@consonance/engine';
import type { Track, User } from '@consonance/library';
import { XMLParser } from 'fast-xml-parser';
import Fastify, { type FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { Media } from '../../src/media/index.ts';
import { Accounts, securityPlugin } from '../../src/security/index.ts';
import { subsonicRoutes } from '../../src/subsonic/index.ts';
import { atEnd, temporaryFolder } from '../media/helpers.ts';
import { failed, responses } from './schemas.ts';

const repository = fileURLToPath(new URL('../../../../', import.meta.url));

let consonance: Consonance;
let accounts: Accounts;
let app: FastifyInstance;
let ada: User;
let secret: string;
let songs: Track[];
/** One of the songs, with a cover. */
let covered: Track;
/** Not analysed. */
let pending: Track;

before(async () => {
  const home = await temporaryFolder();
  const folder = join(home, 'music');
  await mkdir(folder);
  for (const genre of ['classical', 'electronic', 'hip-hop']) {
    const directory = join(repository, 'demo/library', genre);
    for (const name of (await readdir(directory)).slice(0, 3)) {
      await cp(join(directory, name), join(folder, name));
    }
  }
  const copyFixture = (name: string) =>
    cp(join(repository, 'packages/audio/test/fixtures', name), join(folder, name));
  await copyFixture('cover.mp3');
  consonance = await openConsonance({ dataDirectory: join(home, 'data') });
  atEnd(() => consonance.close());
  await consonance.analyze([folder]);
  await copyFixture('mono.mp3');
  await consonance.library.scan([folder]);
  accounts = await Accounts.open(consonance.library.users, { isLoopback: true });
  ada = await accounts.add({ name: 'Ada', password: 'correct horse', isAdmin: true });
  secret = (await accounts.addAppPassword(ada, 'player')).secret;
  const { dataDirectory } = consonance.library;
  const media = new Media({ dataDirectory, frontEnd: () => consonance.model.frontEnd });
  app = Fastify();
  await app.register(securityPlugin, { accounts });
  await app.register(subsonicRoutes, { consonance, accounts, media });
  atEnd(async () => {
    await app.close();
    await media.close();
  });
  const all = (await consonance.library.tracks()).tracks;
  songs = all.filter(({ status }) => status === 'analysed');
  pending = all.find(({ status }) => status === 'pending')!;
  covered = songs.find(({ path }) => path.endsWith('cover.mp3'))!;
  songs = songs.filter((song) => song !== covered);
  assert.equal(songs.length, 9);
});

const md5 = (text: string) => createHash('md5').update(text).digest('hex');
const credentials = () => ({ u: 'Ada', t: md5(`${secret}salt`), s: 'salt' });

type Query = Record<string, string | number | string[]>;

function ask(endpoint: string, query: Query = {}, auth: Query = credentials()) {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries({ v: '1.16.1', c: 'test', ...auth, ...query })) {
    for (const one of [value].flat()) parameters.append(name, String(one));
  }
  return app.inject({ url: `/rest/${endpoint}?${parameters}` });
}

type Content<Name extends keyof typeof responses> = z.infer<
  (typeof responses)[Name]
>['subsonic-response'];

/** The answer as JSON, checked, and the same as XML. */
async function answerOf<Name extends keyof typeof responses>(
  name: Name,
  query: Query = {},
): Promise<Content<Name>> {
  const json = await ask(name, { ...query, f: 'json' });
  assert.match(String(json.headers['content-type']), /^application\/json/);
  const parsed = responses[name].parse(json.json())['subsonic-response'] as Content<Name>;
  const xml = await ask(`${name}.view`, query);
  assert.match(String(xml.headers['content-type']), /^text\/xml/);
  const { 'subsonic-response': fromXml } = xmlParser.parse(xml.payload);
  assert.equal(fromXml.xmlns, 'http://subsonic.org/restapi');
  delete fromXml.xmlns;
  assert.deepEqual(fromXml, asXml(parsed));
  return parsed;
}

const lists = [
  'artist',
  'album',
  'song',
  'sonicMatch',
  'versions',
  'genres',
  'openSubsonicExtensions',
];
const xmlParser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseAttributeValue: false,
  parseTagValue: false,
  isArray: (name, path, _, isAttribute) =>
    !isAttribute && lists.includes(name) && path !== 'subsonic-response.song',
});

/** What an XML parser makes of a value: texts, and nothing at all of an empty list. */
function asXml(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asXml);
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).filter(
    ([, inner]) => !(Array.isArray(inner) && !inner.length),
  );
  return entries.length === 0
    ? ''
    : Object.fromEntries(entries.map(([k, inner]) => [k, asXml(inner)]));
}

async function codeOf(answer: ReturnType<typeof ask>): Promise<number> {
  const { statusCode, headers, payload } = await answer;
  assert.equal(statusCode, 200);
  if (String(headers['content-type']).startsWith('application/json')) {
    return failed.parse(JSON.parse(payload))['subsonic-response'].error.code;
  }
  assert.match(String(headers['content-type']), /^text\/xml/);
  return Number(xmlParser.parse(payload)['subsonic-response'].error.code);
}

test('ping, getLicense, tokenInfo', async () => {
  await answerOf('ping');
  assert.equal((await answerOf('getLicense')).license.valid, true);
  assert.equal((await answerOf('tokenInfo')).tokenInfo.username, 'Ada');
});

test('getOpenSubsonicExtensions needs no log-in', async () => {
  const { openSubsonicExtensions } = await answerOf('getOpenSubsonicExtensions');
  assert.ok(openSubsonicExtensions.some(({ name }) => name === 'sonicSimilarity'));
  const answer = await ask('getOpenSubsonicExtensions', { f: 'json' }, {});
  responses.getOpenSubsonicExtensions.parse(answer.json());
});

test('search3: songs, albums and artists, page by page; everything for an empty query', async () => {
  const all = (await answerOf('search3', { query: '', songCount: 100 })).searchResult3;
  assert.deepEqual(
    all.song.map(({ id }) => id).sort(),
    [...songs, covered, pending].map(({ id }) => id).sort(),
  );
  const quoted = (await answerOf('search3', { query: '""', songCount: 100 })).searchResult3;
  assert.deepEqual(quoted, all);
  const page = (await answerOf('search3', { query: '', songCount: 3, songOffset: 2 }))
    .searchResult3;
  assert.deepEqual(page.song, all.song.slice(2, 5));
  const none = { query: '', songCount: 0, artistCount: 0, albumCount: 0 };
  assert.deepEqual((await answerOf('search3', none)).searchResult3, {
    artist: [],
    album: [],
    song: [],
  });
  const { artist, title } = songs.find((song) => song.artist !== undefined)!;
  const found = (await answerOf('search3', { query: `${artist} ${title}` })).searchResult3;
  assert.equal(found.song[0]!.title, title);
  const [first] = (await answerOf('search3', { query: artist! })).searchResult3.artist;
  assert.equal(first!.name, artist);
  const albums = (await answerOf('search3', { query: covered.album! })).searchResult3.album;
  assert.deepEqual(
    albums.map(({ name, songCount }) => [name, songCount]),
    [[covered.album, 1]],
  );
});

test('getSong: no folder of the server is told', async () => {
  const { song } = await answerOf('getSong', { id: covered.id });
  assert.equal(song.title, covered.title);
  assert.equal(song.path, 'cover.mp3');
});

test('getSimilarSongs2 for an artist, and for a song', async () => {
  const { song } = await answerOf('getSong', { id: songs[0]!.id });
  const own = songs.filter(({ artist }) => artist === song.artist).map(({ id }) => id);
  for (const [id, seeds] of [
    [song.artistId!, own],
    [song.id, [song.id]],
  ] as const) {
    const similar = (await answerOf('getSimilarSongs2', { id, count: 3 })).similarSongs2.song;
    assert.equal(similar.length, 3);
    assert.ok(similar.every((one) => !seeds.includes(one.id)));
  }
});

test('getSonicSimilarTracks: the most similar first, never the song itself', async () => {
  const { id } = songs[0]!;
  const { sonicMatch } = await answerOf('getSonicSimilarTracks', { id });
  assert.equal(sonicMatch.length, 9);
  assert.ok(sonicMatch.every(({ entry }) => entry.id !== id));
  const similarities = sonicMatch.map(({ similarity }) => similarity);
  assert.deepEqual(
    similarities,
    similarities.toSorted((a, b) => b - a),
  );
  const [best] = (await answerOf('getSonicSimilarTracks', { id, count: 1 })).sonicMatch;
  assert.deepEqual(best, sonicMatch[0]);
});

test('findSonicPath begins and ends as asked and is no longer than asked', async () => {
  const [from, to] = [songs[0]!.id, songs.at(-1)!.id];
  const query = { startSongId: from, endSongId: to };
  const path = (await answerOf('findSonicPath', { ...query, count: 4 })).sonicMatch;
  assert.equal(path.length, 4);
  assert.deepEqual([path[0]!.entry.id, path.at(-1)!.entry.id], [from, to]);
  assert.ok(path[0]!.similarity > 0.999 && path.at(-1)!.similarity < 0.999);
  const back = (await answerOf('findSonicPath', { startSongId: to, endSongId: from })).sonicMatch;
  assert.ok(Math.abs(back.at(-1)!.similarity - path.at(-1)!.similarity) < 1e-6);
  const alone = (await answerOf('findSonicPath', { startSongId: from, endSongId: from }))
    .sonicMatch;
  assert.deepEqual(
    alone.map(({ entry }) => entry.id),
    [from],
  );
});

test('stream: as it is, in ranges, in another format and no faster than asked', async () => {
  const { id, path } = songs[0]!;
  const file = await readFile(path);
  for (const query of [{}, { format: 'raw' }, { maxBitRate: 0 }, { maxBitRate: 320 }]) {
    const { headers, rawPayload } = await ask('stream', { id, ...query });
    assert.equal(headers['content-type'], 'audio/ogg');
    assert.deepEqual(rawPayload, file);
  }
  const url = `/rest/stream?${new URLSearchParams({ v: '1', c: 'test', ...credentials(), id })}`;
  const part = await app.inject({ url, headers: { range: 'bytes=10-19' } });
  assert.equal(part.statusCode, 206);
  assert.deepEqual(part.rawPayload, file.subarray(10, 20));
  const slow = await ask('stream', { id, maxBitRate: 32 });
  assert.equal(slow.headers['content-type'], 'audio/mpeg');
  assert.ok(slow.rawPayload.length < (32_000 / 8) * songs[0]!.durationSeconds! * 1.1);
  assert.equal((await ask('stream', { id, format: 'opus' })).headers['content-type'], 'audio/ogg');
});

test('getCoverArt of a song and of its album', async () => {
  const { song } = await answerOf('getSong', { id: covered.id });
  for (const id of [covered.id, song.albumId!]) {
    const { headers } = await ask('getCoverArt', { id, size: 64 });
    assert.equal(headers['content-type'], 'image/jpeg');
  }
  assert.equal(await codeOf(ask('getCoverArt', { id: songs[0]!.id })), 70);
});

test('scrobble writes to the history of whoever asks', async () => {
  const ids = [songs[0]!.id, songs[1]!.id];
  await answerOf('scrobble', { id: ids[0]!, submission: 'false' });
  assert.deepEqual(await consonance.library.listens('Ada'), []);
  const time = ['1700000000000', '1700000100000'];
  assert.equal(await codeOf(ask('scrobble', { id: [ids[0]!, 'nothing'], time })), 70);
  assert.deepEqual(await consonance.library.listens('Ada'), []);
  await answerOf('scrobble', { id: ids, time });
  assert.deepEqual(await consonance.library.listens('Ada'), [
    { trackId: ids[1], kind: 'play', at: 1_700_000_100 },
    { trackId: ids[0], kind: 'play', at: 1_700_000_000 },
  ]);
});

test('error 10: a parameter is missing', async () => {
  const needs = {
    getSong: { id: 'x' },
    search3: { query: 'x' },
    getSimilarSongs2: { id: 'x' },
    getSonicSimilarTracks: { id: 'x' },
    findSonicPath: { startSongId: songs[0]!.id },
    stream: { id: 'x' },
    getCoverArt: { id: 'x' },
    scrobble: { id: 'x' },
  };
  for (const name of Object.keys(needs)) {
    for (const f of ['json', 'xml']) assert.equal(await codeOf(ask(name, { f })), 10, name);
  }
  assert.equal(await codeOf(ask('findSonicPath', needs.findSonicPath)), 10);
  for (const auth of [{}, { u: 'Ada' }, { u: 'Ada', t: 'x' }, { t: 'x', s: 'y' }]) {
    assert.equal(await codeOf(ask('ping', {}, auth)), 10, JSON.stringify(auth));
  }
  assert.equal(await codeOf(app.inject({ url: `/rest/ping?u=Ada&p=${secret}` })), 10);
});

test('error 40: everything else than an app password of this user', async () => {
  const bob = await accounts.add({ name: 'bob', password: 'correct horse', isAdmin: false });
  const { secret: bobs, id } = await accounts.addAppPassword(bob, 'player');
  for (const auth of [
    { u: 'Ada', p: 'wrong' },
    { u: 'Ada', p: 'correct horse' },
    { u: 'Ada', p: bobs },
    { u: 'nobody', p: secret },
    { u: 'Ada', t: md5(`${secret}other`), s: 'salt' },
    { u: 'Ada', t: '', s: 'salt' },
  ] as Query[]) {
    for (const name of ['ping', 'stream', 'getCoverArt']) {
      const query = { id: songs[0]!.id, f: 'json' };
      assert.equal(await codeOf(ask(name, query, auth)), 40, JSON.stringify(auth));
    }
  }
  const hexadecimal = Buffer.from(bobs).toString('hex');
  for (const auth of [
    { u: 'bob', p: bobs },
    { u: 'BOB', p: `enc:${hexadecimal}` },
    { apiKey: bobs },
  ] as Query[]) {
    responses.ping.parse((await ask('ping', { f: 'json' }, auth)).json());
  }
  assert.equal(await codeOf(ask('ping', {}, { apiKey: 'wrong' })), 44);
  assert.equal(await codeOf(ask('ping', {}, { apiKey: bobs, u: 'bob' })), 43);
  await accounts.removeAppPassword(bob, id);
  assert.equal(await codeOf(ask('ping', {}, { apiKey: bobs })), 44);
  await accounts.remove(bob.id);
});

test('error 70: no such song, or one that was not analysed, or no such endpoint', async () => {
  const [song] = songs;
  for (const id of ['000000000000', 'ar-nobody', '../../etc/passwd', song!.path]) {
    for (const name of [
      ...['getSong', 'getSimilarSongs2', 'getSonicSimilarTracks'],
      ...['stream', 'getCoverArt', 'scrobble'],
    ]) {
      for (const f of ['json', 'xml']) assert.equal(await codeOf(ask(name, { id, f })), 70, name);
    }
    const path = { startSongId: song!.id, endSongId: id };
    assert.equal(await codeOf(ask('findSonicPath', path)), 70);
  }
  assert.equal(await codeOf(ask('getSonicSimilarTracks', { id: pending.id })), 70);
  for (const name of ['deleteUser', 'constructor', '__proto__']) {
    assert.equal(await codeOf(ask(name)), 70, name);
  }
});

test('error 0: values that are no numbers', async () => {
  const { id } = songs[0]!;
  for (const count of ['x', '-1', '1.5', '']) {
    assert.equal(await codeOf(ask('getSonicSimilarTracks', { id, count })), 0, count);
  }
  for (const time of ['noon', '-1', 'Infinity', '1700000000000000', '9e15']) {
    assert.equal(await codeOf(ask('scrobble', { id, time })), 0, time);
  }
});

test('the same as a form by POST', async () => {
  const form = new URLSearchParams({
    v: '1',
    c: 'test',
    f: 'json',
    ...credentials(),
    id: pending.id,
  });
  const answer = await app.inject({
    method: 'POST',
    url: '/rest/getSong',
    payload: form.toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  assert.equal(responses.getSong.parse(answer.json())['subsonic-response'].song.id, pending.id);
});
