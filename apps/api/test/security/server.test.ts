import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';
import { type Consonance, openConsonance } from '@consonance/engine';
import type { FastifyInstance } from 'fastify';
import { createLog } from '../../src/log.ts';
import { Media } from '../../src/media/index.ts';
import { Accounts } from '../../src/security/index.ts';
import { createServer } from '../../src/server.ts';
import { atEnd, temporaryFolder } from '../media/helpers.ts';
import { cookieOf, removeUsers } from './helpers.ts';

const password = 'correct horse';
let consonance: Consonance;
let media: Media;
let app: FastifyInstance;

before(async () => {
  const dataDirectory = `${await temporaryFolder()}/data`;
  consonance = await openConsonance({ dataDirectory });
  media = new Media({ dataDirectory, frontEnd: consonance.model.frontEnd });
  atEnd(() => consonance.close());
  atEnd(() => media.close());
});

beforeEach(async () => {
  await removeUsers(consonance.library);
  const accounts = await Accounts.open(consonance.library.users, { isLoopback: true });
  app = await createServer({
    ...{ consonance, accounts, media, log: createLog('silent'), musicRoots: [] },
    webDirectory: await temporaryFolder(),
  });
  atEnd(() => app.close());
});

async function call(procedure: string, input?: object, cookie = '') {
  const answer = await app.inject({
    ...{ method: 'POST', url: `/trpc/${procedure}`, payload: input ?? {} },
    headers: { host: 'localhost', 'x-consonance-request': '1', cookie },
  });
  const { result, error } = answer.json();
  return { answer, data: result?.data, code: error?.data.code, message: error?.message };
}

async function query(procedure: string, cookie = '') {
  const answer = await app.inject({
    ...{ url: `/trpc/${procedure}`, headers: { host: 'localhost', cookie } },
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
      ...{ method: 'POST', url: '/trpc/listeners.import', payload },
      headers: { host: 'localhost', 'x-consonance-request': '1', 'content-type': type },
    });
  const form =
    '--x\r\ncontent-disposition: form-data; name="f"; filename="a"\r\n\r\n1\r\n--x--\r\n';
  assert.equal((await post(form, 'multipart/form-data; boundary=x')).statusCode, 415);
  assert.equal((await post('x'.repeat(33 * 2 ** 20), 'application/json')).statusCode, 413);
  assert.equal((await post('{"listener":', 'application/json')).statusCode, 400);
});
