import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { before, beforeEach, test } from 'node:test';
import type { Library } from '@consonance/library';
import type { FastifyInstance } from 'fastify';
import { Accounts } from '../../src/security/index.ts';
import { cookieOf, emptyLibrary, logIn, removeUsers, startServer } from './helpers.ts';

const password = 'correct horse';
let library: Library;
let accounts: Accounts;
let app: FastifyInstance;
let now: Date;

before(async () => {
  library = await emptyLibrary();
});

beforeEach(async () => {
  await removeUsers(library);
  now = new Date(1_700_000_000_000);
  accounts = await Accounts.open(library.users, { isLoopback: true, now: () => now });
  app = await startServer(accounts, ['music.example.org']);
});

const get = (url: string, headers: Record<string, string> = {}) =>
  app.inject({ url, headers: { host: 'localhost:1234', ...headers } });
const post = (headers: Record<string, string> = {}) =>
  app.inject({
    method: 'POST',
    url: '/trpc/change',
    payload: {},
    headers: { host: 'localhost:1234', 'x-consonance-request': '1', ...headers },
  });
const statusOf = async (answer: Promise<{ statusCode: number }>) => (await answer).statusCode;

test('other addresses need a user before anybody listens there', async () => {
  const open = () => Accounts.open(library.users, { isLoopback: false });
  await assert.rejects(open(), { code: 'NO_USERS' });
  await accounts.add({ name: 'ada', password, isAdmin: false });
  assert.equal(await (await open()).isOpen(), false);
});

test('without users everything is open on loopback; with the first one nothing is', async () => {
  assert.equal(await statusOf(get('/trpc/read')), 200);
  const ada = await accounts.add({ name: 'ada', password, isAdmin: false });
  assert.equal(ada.isAdmin, true);
  for (const url of ['/trpc/read', '/media/peaks/1']) assert.equal(await statusOf(get(url)), 401);
  assert.equal(await statusOf(post()), 401);
  assert.equal(await statusOf(get('/')), 200);
  await accounts.remove(ada.id);
  assert.equal(await statusOf(get('/trpc/read')), 200);
});

test('log-in gives a cookie that scripts and other sites do not get, until log-out', async () => {
  await accounts.add({ name: 'ada', password, isAdmin: false });
  assert.equal((await logIn(app, 'ada', 'wrong')).json().code, 'WRONG_PASSWORD');
  assert.equal((await logIn(app, 'bob', password)).json().code, 'WRONG_PASSWORD');
  const answer = await logIn(app, 'Ada', password);
  const header = String(answer.headers['set-cookie']);
  for (const attribute of ['HttpOnly', 'SameSite=Strict', 'Path=/']) {
    assert.ok(header.includes(attribute), header);
  }
  assert.ok(!header.includes('Secure'));
  const encrypted = await logIn(app, 'ada', password, {
    headers: { 'x-forwarded-proto': 'https' },
  });
  assert.match(String(encrypted.headers['set-cookie']), /; Secure/);
  const cookie = cookieOf(answer);
  assert.deepEqual((await get('/trpc/read', { cookie })).json(), { name: 'ada' });
  assert.equal(await statusOf(get('/trpc/read', { cookie: `${cookie}x` })), 401);
  await accounts.logOut(cookie.split('=')[1]!);
  assert.equal(await statusOf(get('/trpc/read', { cookie })), 401);
});

test('a session ends by itself, with a new password and with the user', async () => {
  const ada = await accounts.add({ name: 'ada', password, isAdmin: true });
  const bob = await accounts.add({ name: 'bob', password, isAdmin: false });
  const open = async (name: string, word = password) => cookieOf(await logIn(app, name, word));
  const isIn = async (cookie: string) => (await statusOf(get('/trpc/read', { cookie }))) === 200;

  const expiring = await open('ada');
  assert.ok(await isIn(expiring));
  now = new Date(now.getTime() + 30 * 24 * 3600 * 1000);
  assert.ok(!(await isIn(expiring)));

  const changed = await open('ada');
  assert.ok(await isIn(changed));
  await assert.rejects(accounts.changePassword(ada, 'wrong', 'new password'), {
    code: 'WRONG_PASSWORD',
  });
  await assert.rejects(accounts.changePassword(ada, password, 'short'), { code: 'BAD_PASSWORD' });
  assert.ok(await isIn(changed));
  await accounts.changePassword(ada, password, 'new password');
  assert.ok(!(await isIn(changed)));

  await assert.rejects(accounts.remove(ada.id), { code: 'LAST_ADMIN' });
  const removed = await open('bob');
  assert.ok(await isIn(removed));
  await accounts.remove(bob.id);
  assert.ok(!(await isIn(removed)));
});

test('a request under way while its session is ended does not bring it back', async () => {
  await accounts.add({ name: 'ada', password, isAdmin: true });
  const { token } = await accounts.logIn('ada', password, 'here');
  const underWay = accounts.bySession(token);
  const loggedOut = accounts.logOut(token);
  assert.equal((await underWay)?.name, 'ada');
  await loggedOut;
  assert.equal(await accounts.bySession(token), undefined);
});

test('guessing is stopped by address, and the right password does not count', async () => {
  await accounts.add({ name: 'ada', password, isAdmin: false });
  for (let i = 0; i < 15; i += 1) {
    assert.equal(
      (await logIn(app, 'ada', password, { remoteAddress: '10.0.0.1' })).statusCode,
      200,
    );
  }
  const codes: string[] = [];
  for (let i = 0; i < 12; i += 1) {
    codes.push((await logIn(app, `name ${i}`, 'wrong', { remoteAddress: '10.0.0.2' })).json().code);
  }
  assert.deepEqual(codes.slice(0, 10), Array(10).fill('WRONG_PASSWORD'));
  assert.deepEqual(codes.slice(10), Array(2).fill('TOO_MANY_ATTEMPTS'));
  assert.equal(
    (await logIn(app, 'ada', password, { remoteAddress: '10.0.0.2' })).json().code,
    'TOO_MANY_ATTEMPTS',
  );
  assert.equal((await logIn(app, 'ada', password, { remoteAddress: '10.0.0.1' })).statusCode, 200);
});

test('guessing is stopped by name, also where a password is changed', async () => {
  const ada = await accounts.add({ name: 'ada', password, isAdmin: false });
  const guess = () => accounts.changePassword(ada, 'wrong', 'new password');
  for (let i = 0; i < 25; i += 1) {
    await assert.rejects(guess(), { code: 'WRONG_PASSWORD' });
    const remoteAddress = `10.0.1.${i}`;
    const answer = await logIn(app, ' ADA', 'wrong', { remoteAddress });
    assert.equal(answer.json().code, 'WRONG_PASSWORD');
  }
  await assert.rejects(guess(), { code: 'TOO_MANY_ATTEMPTS' });
  await assert.rejects(accounts.changePassword(ada, password, 'new password'), {
    code: 'TOO_MANY_ATTEMPTS',
  });
  const answer = await logIn(app, 'ada', password, { remoteAddress: '10.0.2.1' });
  assert.equal(answer.json().code, 'TOO_MANY_ATTEMPTS');
});

test('a name that nobody has costs as much as a wrong password or token', async () => {
  const ada = await accounts.add({ name: 'ada', password, isAdmin: false });
  await accounts.addAppPassword(ada, 'player');
  const workOf = async (name: string) => {
    const { user: before } = process.cpuUsage();
    for (let i = 0; i < 5; i += 1) {
      await assert.rejects(accounts.logIn(name, 'wrong', `10.0.3.${i}`), {
        code: 'WRONG_PASSWORD',
      });
    }
    return process.cpuUsage().user - before;
  };
  await workOf('bob');
  const [known, unknown] = [await workOf('ada'), await workOf('bob')];
  // Without a hash to compare with it is a fiftieth.
  assert.ok(unknown > known / 3, `${unknown} µs of CPU against ${known} µs`);

  const asked: string[] = [];
  const users = new Proxy(library.users, {
    get(target, name: keyof typeof library.users) {
      asked.push(name);
      const value = target[name];
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const watched = await Accounts.open(users, { isLoopback: true });
  const questionsOf = async (name: string) => {
    asked.length = 0;
    assert.equal(await watched.byToken(name, '0'.repeat(32), 'salt'), undefined);
    return [...asked];
  };
  assert.deepEqual(await questionsOf('bob'), await questionsOf('ada'));
});

test('an app password opens the API to scripts until it is revoked', async () => {
  const ada = await accounts.add({ name: 'ada', password, isAdmin: false });
  const { id, secret } = await accounts.addAppPassword(ada, 'script');
  const headers = { authorization: `Bearer ${secret}` };
  assert.deepEqual((await get('/trpc/read', headers)).json(), { name: 'ada' });
  const change = { method: 'POST', url: '/trpc/change', payload: {} } as const;
  assert.equal(
    await statusOf(app.inject({ ...change, headers: { host: '127.0.0.1', ...headers } })),
    200,
  );
  const beginning = secret.slice(0, 8);
  for (const wrong of [password, beginning, beginning + '0'.repeat(24), `${secret}0`]) {
    const answer = get('/trpc/read', { authorization: `Bearer ${wrong}` });
    assert.equal(await statusOf(answer), 401, wrong);
  }
  await accounts.removeAppPassword(ada, id);
  assert.equal(await statusOf(get('/trpc/read', headers)), 401);
});

test('a name that points at this machine is refused (DNS rebinding)', async () => {
  const allowed = ['127.0.0.1:80', '[::1]:80', '192.168.1.5', hostname(), 'MUSIC.example.org:8080'];
  for (const host of allowed) assert.equal(await statusOf(get('/trpc/read', { host })), 200, host);
  for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', 'a b']) {
    assert.equal(await statusOf(get('/', { host })), 403, host);
  }
});

test("another site's page cannot make requests, only link to pages", async () => {
  const cross = { 'sec-fetch-site': 'cross-site' };
  const link = { ...cross, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
  assert.equal(await statusOf(get('/', link)), 200);
  for (const [url, headers] of [
    ['/trpc/read', cross],
    ['/trpc/read', link],
    ['/%74rpc/read', link],
    ['/media/peaks/1', { ...cross, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'audio' }],
    ['/rest/ping', link],
    ['/', { ...link, 'sec-fetch-dest': 'iframe' }],
    ['/', { ...cross, 'sec-fetch-site': 'same-site' }],
  ] as const) {
    assert.equal(await statusOf(get(url, headers)), 403, `${url} ${JSON.stringify(headers)}`);
  }
  assert.equal(await statusOf(get('/trpc/read', { 'sec-fetch-site': 'same-origin' })), 200);
  assert.equal(await statusOf(post({ 'sec-fetch-site': 'same-origin' })), 200);
  assert.equal(await statusOf(post(cross)), 403);
  assert.equal(await statusOf(post({ origin: 'http://localhost:1234' })), 200);
  for (const origin of ['http://evil.example', 'http://localhost:99', 'null']) {
    assert.equal(await statusOf(post({ origin })), 403, origin);
  }
  assert.equal(await statusOf(post({ ...cross, authorization: 'Basic YTpi' })), 403);
});

test('nobody sends much before the log-in', async () => {
  const ada = await accounts.add({ name: 'ada', password, isAdmin: false });
  const { secret } = await accounts.addAppPassword(ada, 'script');
  const send = (headers: Record<string, string>) =>
    app.inject({
      method: 'POST',
      url: '/trpc/change',
      payload: { text: 'x'.repeat(100_000) },
      headers: { host: 'localhost', 'x-consonance-request': '1', ...headers },
    });
  assert.equal(await statusOf(send({})), 413);
  assert.equal(await statusOf(send({ 'transfer-encoding': 'chunked' })), 413);
  assert.equal(await statusOf(send({ authorization: `Bearer ${secret}` })), 200);
});

test('changes need the header that no foreign form can send', async () => {
  const answer = await app.inject({
    method: 'POST',
    url: '/trpc/change',
    payload: {},
    headers: { host: 'localhost' },
  });
  assert.equal(answer.statusCode, 403);
  const disguised = await app.inject({
    method: 'POST',
    url: '/%74rpc/change',
    payload: {},
    headers: { host: 'localhost' },
  });
  assert.equal(disguised.statusCode, 403);
});

test('security headers on every answer, refusals included', async () => {
  for (const answer of [
    await get('/'),
    await get('/', { host: 'evil.example' }),
    await get('/no'),
  ]) {
    const { headers } = answer;
    assert.match(
      String(headers['content-security-policy']),
      /default-src 'none'.*script-src 'self';/,
    );
    assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['x-frame-options'], 'DENY');
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin');
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin');
    assert.equal(headers['access-control-allow-origin'], undefined);
  }
});

test('passwords are stored as Argon2id', async () => {
  await accounts.add({ name: 'ada', password, isAdmin: false });
  const { passwordHash } = (await library.users.find('ada'))!;
  assert.match(passwordHash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
});
