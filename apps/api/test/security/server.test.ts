import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import { before, beforeEach, mock, test } from 'node:test';
import { wavFile } from '@consonance/audio/testing';
import { type Consonance, openConsonance } from '@consonance/engine';
import type { FastifyInstance } from 'fastify';
import { createLog } from '../../src/log.ts';
import { Media } from '../../src/media/index.ts';
import { Accounts } from '../../src/security/index.ts';
import { createServer } from '../../src/server.ts';
import { atEnd, temporaryFolder } from '../media/helpers.ts';
import { until } from '../server.ts';
import { cookieOf, removeUsers } from './helpers.ts';

const password = 'correct horse';
let consonance: Consonance;
let media: Media;
let app: FastifyInstance;

before(async () => {
  const dataDirectory = `${await temporaryFolder()}/data`;
  consonance = await openConsonance({ dataDirectory });
  media = new Media({ dataDirectory, frontEnd: () => consonance.model.frontEnd });
  atEnd(() => consonance.close());
  atEnd(() => media.close());
});

beforeEach(async () => {
  await removeUsers(consonance.library);
  const accounts = await Accounts.open(consonance.library.users, { isLoopback: true });
  const made = await createServer({
    consonance,
    accounts,
    media,
    log: createLog('silent'),
    musicRoots: [],
    webDirectory: await temporaryFolder(),
  });
  app = made;
  atEnd(() => made.close());
});

async function call(procedure: string, input?: object, cookie = '') {
  const answer = await app.inject({
    method: 'POST',
    url: `/trpc/${procedure}`,
    payload: input ?? {},
    headers: { host: 'localhost', 'x-consonance-request': '1', cookie },
  });
  const { result, error } = answer.json();
  return { answer, data: result?.data, code: error?.data.code, message: error?.message };
}

async function query(procedure: string, cookie = '') {
  const answer = await app.inject({
    url: `/trpc/${procedure}`,
    headers: { host: 'localhost', cookie },
  });
  return { answer, data: answer.json().result?.data, code: answer.json().error?.data.code };
}

const logIn = async (name: string, word = password) =>
  cookieOf((await call('auth.login', { name, password: word })).answer);

test('from single-user mode to two users', async () => {
  assert.deepEqual((await query('auth.me')).data, { user: null, isOpen: true });
  assert.equal((await query('library.status')).answer.statusCode, 200);
  const ada = (await call('users.create', { name: 'Ada', password })).data;
  assert.equal(ada.isAdmin, true);
  assert.deepEqual((await query('auth.me')).data, { user: null, isOpen: false });
  for (const procedure of ['library.status', 'users.list', 'auth.appPasswords']) {
    assert.equal((await query(procedure)).code, 'UNAUTHORIZED', procedure);
  }
  const cookie = await logIn('ada');
  assert.deepEqual((await query('auth.me', cookie)).data, { user: ada, isOpen: false });
  const bob = (await call('users.create', { name: 'bob', password }, cookie)).data;
  assert.equal((await call('users.create', { name: 'BOB', password }, cookie)).code, 'BAD_REQUEST');
  const short = { name: 'eve', password: 'short' };
  assert.equal((await call('users.create', short, cookie)).code, 'BAD_REQUEST');
  assert.deepEqual((await query('users.list', cookie)).data, [ada, bob]);

  const bobs = await logIn('bob');
  assert.equal((await query('library.status', bobs)).answer.statusCode, 200);
  assert.equal((await query('users.list', bobs)).code, 'FORBIDDEN');
  assert.equal((await call('users.remove', { id: ada.id }, bobs)).code, 'FORBIDDEN');
  assert.equal((await call('users.remove', { id: ada.id }, cookie)).code, 'PRECONDITION_FAILED');
  await call('users.remove', { id: bob.id }, cookie);
  assert.equal((await query('library.status', bobs)).code, 'UNAUTHORIZED');
});

test('log-in, a new password, log-out', async () => {
  await call('users.create', { name: 'ada', password });
  const wrong = await call('auth.login', { name: 'ada', password: 'wrong' });
  assert.equal(wrong.code, 'UNAUTHORIZED');
  assert.equal(cookieOf(wrong.answer), '');
  const first = await logIn('ada');
  const change = { oldPassword: password, newPassword: 'battery staple' };
  await call('auth.changePassword', change, first);
  assert.equal((await query('library.status', first)).code, 'UNAUTHORIZED');
  assert.equal(await logIn('ada'), '');
  const second = await logIn('ada', 'battery staple');
  const left = await call('auth.logout', {}, second);
  assert.match(
    String(left.answer.headers['set-cookie']),
    /consonance_session=;.*Expires=Thu, 01 Jan 1970/,
  );
  assert.equal((await query('library.status', second)).code, 'UNAUTHORIZED');
});

test('guessing many passwords in one batch is stopped, too', async () => {
  await call('users.create', { name: 'ada', password });
  const calls = Array.from({ length: 15 }, (_, i) => i);
  const answer = await app.inject({
    method: 'POST',
    url: `/trpc/${calls.map(() => 'auth.login').join(',')}?batch=1`,
    headers: { host: 'localhost', 'x-consonance-request': '1' },
    payload: Object.fromEntries(calls.map((i) => [i, { name: 'ada', password: `guess ${i}` }])),
  });
  const codes = answer
    .json()
    .map((one: { error: { data: { code: string } } }) => one.error.data.code);
  assert.equal(codes.filter((code: string) => code === 'UNAUTHORIZED').length, 10);
  assert.equal(codes.filter((code: string) => code === 'TOO_MANY_REQUESTS').length, 5);
});

test('app passwords: the secret is shown once, opens OpenSubsonic, and is revoked', async () => {
  assert.equal(
    (await call('auth.createAppPassword', { name: 'phone' })).code,
    'PRECONDITION_FAILED',
  );
  await call('users.create', { name: 'ada', password });
  const cookie = await logIn('ada');
  const { secret, ...shown } = (await call('auth.createAppPassword', { name: 'phone' }, cookie))
    .data;
  assert.deepEqual((await query('auth.appPasswords', cookie)).data, [shown]);
  const ping = async () => {
    const url = `/rest/ping?v=1.16.1&c=test&f=json&apiKey=${secret}`;
    const { payload } = await app.inject({ url, headers: { host: 'localhost' } });
    return JSON.parse(payload)['subsonic-response'].status;
  };
  assert.equal(await ping(), 'ok');
  await call('auth.removeAppPassword', { id: shown.id }, cookie);
  assert.equal(await ping(), 'failed');
  assert.equal((await call('auth.removeAppPassword', { id: shown.id }, cookie)).code, 'NOT_FOUND');
});

test('nobody but users sees media, metrics and the API document', async () => {
  await call('users.create', { name: 'ada', password });
  for (const url of ['/media/stream/000000000000', '/metrics', '/openapi.json', '/reports/x']) {
    const { statusCode } = await app.inject({ url, headers: { host: 'localhost' } });
    assert.equal(statusCode, 401, url);
  }
});

test('no path reaches the file system', async () => {
  for (const url of [
    ...[
      '/../package.json',
      '/..%2f..%2fpackage.json',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/media/%2e%2e%2fx',
    ],
    ...['/media/stream/..%2f..%2f..%2fetc%2fpasswd', '/reports/..%2f..%2fpackage.json', '/%00'],
  ]) {
    const { statusCode, payload } = await app.inject({ url, headers: { host: 'localhost' } });
    assert.ok([400, 403, 404].includes(statusCode), `${url}: ${statusCode}`);
    assert.doesNotMatch(payload, /"name":|root:/);
  }
});

test('uploads: text up to a limit, no forms and no files', async () => {
  const post = (payload: string, type: string) =>
    app.inject({
      method: 'POST',
      url: '/trpc/listeners.import',
      payload,
      headers: { host: 'localhost', 'x-consonance-request': '1', 'content-type': type },
    });
  const form =
    '--x\r\ncontent-disposition: form-data; name="f"; filename="a"\r\n\r\n1\r\n--x--\r\n';
  assert.equal((await post(form, 'multipart/form-data; boundary=x')).statusCode, 415);
  assert.equal((await post('x'.repeat(33 * 2 ** 20), 'application/json')).statusCode, 413);
  assert.equal((await post('{"listener":', 'application/json')).statusCode, 400);
});

test('a session that was there before the log-in is not the one after it', async () => {
  await call('users.create', { name: 'ada', password });
  const planted = 'consonance_session=planted';
  const login = await call('auth.login', { name: 'ada', password }, planted);
  const first = cookieOf(login.answer);
  assert.notEqual(first, planted);
  assert.equal((await query('library.status', planted)).code, 'UNAUTHORIZED');
  const again = await call('auth.login', { name: 'ada', password }, first);
  const second = cookieOf(again.answer);
  assert.notEqual(second, first);
  assert.equal((await query('library.status', first)).code, 'UNAUTHORIZED');
  assert.equal((await query('library.status', second)).answer.statusCode, 200);
});

test('no text of a request becomes a header or a line of the log', async () => {
  const file = `${await temporaryFolder()}/server.log`;
  const log = createLog('info', file);
  const accounts = await Accounts.open(consonance.library.users, { isLoopback: true });
  const logging = await createServer({
    consonance,
    accounts,
    media,
    log,
    musicRoots: [],
    webDirectory: await temporaryFolder(),
  });
  const evil = encodeURIComponent('a\r\nset-cookie: evil=1\r\n\r\n{"level":60}\x1b[2J');
  const paths = [`/${evil}`, `/media/stream/${evil}`, `/trpc/${evil}`, `/rest/ping?u=${evil}`];
  for (const url of paths) {
    const { headers } = await logging.inject({ url, headers: { host: 'localhost' } });
    assert.doesNotMatch(JSON.stringify(headers), /evil=1/, url);
  }
  await logging.close();
  // Written in the background.
  const lines = await until(
    async () => (await readFile(file, 'utf8').catch(() => '')).split('\n').slice(0, -1),
    ({ length }) => length >= paths.length,
  );
  for (const line of lines) {
    assert.doesNotMatch(line, /\x1b/);
    assert.notEqual((JSON.parse(line) as { level: number }).level, 60);
  }
});

test('no request makes the server fetch anything', async () => {
  let connections = 0;
  const trap = net.createServer((socket) => {
    connections++;
    socket.destroy();
  });
  trap.listen(0, '127.0.0.1');
  await once(trap, 'listening');
  const address = `http://127.0.0.1:${(trap.address() as net.AddressInfo).port}/x.mp3`;
  const text = `#EXTM3U\n#EXTINF:1,a - b\n${address}\n`;
  await call('listeners.import', { listener: 'ada', fileName: 'a.m3u8', text });
  await call('models.use', { name: address });
  await call('library.addFolder', { directoryId: address });
  await query(`models.report?input=${encodeURIComponent(JSON.stringify({ id: address }))}`);
  for (const url of [
    `/media/stream/${encodeURIComponent(address)}`,
    `/reports/${encodeURIComponent(address)}`,
    `/rest/stream?v=1&c=1&u=ada&id=${encodeURIComponent(address)}`,
    address,
  ]) {
    await app.inject({ url, headers: { host: 'localhost', 'x-forwarded-host': address } });
  }
  trap.close();
  assert.equal(connections, 0);
});

test('markup in names comes back as JSON text, never as a page', async () => {
  const name = '<script>alert(1)</script>';
  await call('listeners.create', { name });
  const list = await query('listeners.list');
  assert.match(String(list.answer.headers['content-type']), /^application\/json/);
  assert.equal(list.answer.headers['x-content-type-options'], 'nosniff');
  assert.ok(list.data.some((listener: { name: string }) => listener.name === name));
  for (const url of [`/${encodeURIComponent(name)}`, `/trpc/${encodeURIComponent(name)}`]) {
    const { headers, payload } = await app.inject({ url, headers: { host: 'localhost' } });
    const isPage = String(headers['content-type']).startsWith('text/html');
    assert.ok(!isPage || !payload.includes(name), url);
  }
  await call('listeners.remove', { name });
});

test('a client that leaves is no longer sent the progress', async () => {
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const left = new Promise<void>((resolve) => {
    const { analysis } = consonance;
    const watch = analysis.watch.bind(analysis);
    mock.method(analysis, 'watch', (watcher: Parameters<typeof watch>[0]) => {
      const unwatch = watch(watcher);
      return () => {
        unwatch();
        resolve();
      };
    });
  });
  const client = new AbortController();
  const stream = await fetch(`${url}/trpc/analysis.progress`, {
    signal: client.signal,
    headers: { accept: 'text/event-stream' },
  });
  const reader = stream.body!.getReader();
  await reader.read();
  client.abort();
  await assert.rejects(reader.read());
  await left;
  mock.restoreAll();
});

test('a song that nobody reads on does not keep the server from ending', async () => {
  const folder = await temporaryFolder();
  const file = `${folder}/music/long.wav`;
  await mkdir(`${folder}/music`);
  await writeFile(file, wavFile(new Int16Array(32 * 2 ** 20), 44_100));
  const own = await openConsonance({ dataDirectory: `${folder}/data` });
  atEnd(() => own.close());
  await own.library.scan([`${folder}/music`]);
  const accounts = await Accounts.open(own.library.users, { isLoopback: true });
  const ending = await createServer({
    consonance: own,
    accounts,
    media,
    log: createLog('silent'),
    musicRoots: [],
    webDirectory: folder,
    graceMilliseconds: 0,
  });
  const url = await ending.listen({ port: 0, host: '127.0.0.1' });
  const [track] = await own.library.entries();
  const request = http.get(`${url}/media/stream/${track!.id}`);
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  assert.equal(response.statusCode, 200);
  const cut = once(response, 'error');
  await ending.close();
  response.resume();
  await cut;
});

test('a request must arrive within minutes', () => {
  assert.equal(app.server.requestTimeout, 300_000);
  assert.ok(app.server.headersTimeout > 0 && app.server.headersTimeout <= 300_000);
});
