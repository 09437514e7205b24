/**
 * Who may call what: one table for procedures, one for routes. Both are compared with the router and
 * the server themselves, so that nothing can be added without an entry.
 */
import assert from 'node:assert/strict';
import diagnostics from 'node:diagnostics_channel';
import { before, test } from 'node:test';
import { createStudy, enterStudy, invite, openConsonance } from '@consonance/engine';
import type { FastifyInstance } from 'fastify';
import { createLog } from '../../src/log.ts';
import { Media } from '../../src/media/index.ts';
import { appRouter } from '../../src/router/index.ts';
import { Accounts } from '../../src/security/index.ts';
import { createServer } from '../../src/server.ts';
import { fileEndpoints } from '../../src/subsonic/binary.ts';
import { endpoints } from '../../src/subsonic/endpoints.ts';
import { atEnd, temporaryFolder } from '../media/helpers.ts';

/** `participant`: by the cookie of a listening study; `user`: whoever is logged in. */
type Access = 'anyone' | 'participant' | 'user' | 'admin';

const procedures: Record<string, Access> = {
  'analysis.pause': 'admin',
  'analysis.progress': 'user',
  'analysis.start': 'admin',
  'analysis.state': 'user',
  'auth.appPasswords': 'user',
  'auth.changePassword': 'user',
  'auth.createAppPassword': 'user',
  'auth.login': 'anyone',
  'auth.logout': 'anyone',
  'auth.me': 'anyone',
  'auth.removeAppPassword': 'user',
  'interleaving.consent': 'user',
  'interleaving.credit': 'user',
  'interleaving.next': 'user',
  'interleaving.result': 'user',
  'interleaving.status': 'user',
  'library.addFolder': 'admin',
  'library.browse': 'admin',
  'library.facets': 'user',
  'library.failures': 'user',
  'library.folders': 'user',
  'library.removeFolder': 'admin',
  'library.retry': 'admin',
  'library.status': 'user',
  'library.track': 'user',
  'library.tracks': 'user',
  'listeners.create': 'user',
  'listeners.discover': 'user',
  'listeners.history': 'user',
  'listeners.import': 'user',
  'listeners.list': 'user',
  'listeners.profile': 'user',
  'listeners.record': 'user',
  'listeners.remove': 'user',
  'models.list': 'user',
  'models.report': 'user',
  'models.reports': 'user',
  'models.run': 'user',
  'models.runs': 'user',
  'models.use': 'admin',
  'participation.chooseSongs': 'participant',
  'participation.consent': 'participant',
  // These two know who asks by what they are given.
  'participation.enter': 'anyone',
  'participation.finish': 'participant',
  'participation.rate': 'participant',
  'participation.searchSongs': 'participant',
  'participation.soundChecked': 'participant',
  'participation.state': 'participant',
  'participation.withdraw': 'participant',
  'participation.withdrawByCode': 'anyone',
  'playlists.export': 'user',
  'playlists.get': 'user',
  'playlists.list': 'user',
  'playlists.remove': 'user',
  'playlists.save': 'user',
  'recommend.bySeeds': 'user',
  'recommend.computeMap': 'user',
  'recommend.map': 'user',
  'recommend.mapProgress': 'user',
  'recommend.path': 'user',
  'recommend.similar': 'user',
  'recommend.suggestSeeds': 'user',
  'studies.close': 'admin',
  'studies.codebook': 'admin',
  'studies.create': 'admin',
  'studies.exportCsv': 'admin',
  'studies.get': 'admin',
  'studies.invite': 'admin',
  'studies.list': 'admin',
  'studies.open': 'admin',
  'studies.power': 'admin',
  'studies.progress': 'admin',
  'studies.remove': 'admin',
  'studies.report': 'admin',
  'studies.update': 'admin',
  'system.backup': 'admin',
  'system.info': 'user',
  'system.saveSettings': 'admin',
  'system.settings': 'user',
  'users.create': 'admin',
  'users.list': 'admin',
  'users.remove': 'admin',
};

/** Of those that check who asks after what is asked: their inputs must be right. */
const inputs: Record<string, unknown> = {
  'participation.chooseSongs': { trackIds: ['0'.repeat(12)] },
  'participation.rate': { clip: 1, rating: 1, listenedSeconds: 1 },
  'participation.searchSongs': { text: '' },
};

/** They end what the rest of the table needs. */
const ends = ['auth.logout', 'participation.withdraw'];

/** Of routes that are no procedures; those of OpenSubsonic have their own log-in, see below. */
const routes: Record<string, Access | 'subsonic' | 'procedures'> = {
  '/health': 'anyone',
  '/metrics': 'user',
  '/media/cover/:id': 'user',
  '/media/file/:id': 'user',
  '/media/peaks/:id': 'user',
  '/media/spectrogram/:id.json': 'user',
  '/media/spectrogram/:id.png': 'user',
  '/media/stream/:id': 'user',
  '/openapi.json': 'user',
  '/reports/:id': 'user',
  '/rest/:endpoint': 'subsonic',
  '/study/clip/:clip': 'participant',
  '/study/report/:id': 'admin',
  '/study/song/:id': 'participant',
  '/study/sound-check': 'participant',
  '/trpc/:path': 'procedures',
  // The pages, which hold no data.
  '/': 'anyone',
};

const roles = ['anonymous', 'participant', 'listener', 'admin'] as const;
type Role = (typeof roles)[number];
const rolesOf: Record<Access, readonly Role[]> = {
  anyone: roles,
  participant: ['participant'],
  user: ['listener', 'admin'],
  admin: ['admin'],
};

/** The status with which the role is refused; undefined: it is let in. */
function refusal(access: Access, role: Role): 401 | 403 | undefined {
  if (rolesOf[access].includes(role)) return undefined;
  // Whoever has no invitation is not asked to log in.
  return access === 'participant' || role === 'listener' ? 403 : 401;
}

let url: string;
const seenRoutes = new Set<string>();
/** The ways in which a role shows who it is; what an anonymous one shows is wrong. */
const credentials: Record<Role, Record<string, string>[]> = {
  anonymous: [
    {},
    { cookie: 'consonance_session=anybody' },
    { authorization: `Bearer ${'f'.repeat(32)}` },
  ],
  participant: [],
  listener: [],
  admin: [],
};
/** App passwords, as a player sends them. */
const secrets: Partial<Record<Role, string>> = { anonymous: 'f'.repeat(32) };

before(async () => {
  const dataDirectory = `${await temporaryFolder()}/data`;
  const consonance = await openConsonance({ dataDirectory });
  const media = new Media({ dataDirectory, frontEnd: () => consonance.model.frontEnd });
  atEnd(() => consonance.close());
  atEnd(() => media.close());
  const accounts = await Accounts.open(consonance.library.users, { isLoopback: true });
  // Fastify says when it makes a server, before any route is added.
  const watch = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance };
    fastify.addHook('onRoute', (route) => void seenRoutes.add(route.url));
  };
  diagnostics.subscribe('fastify.initialization', watch);
  const app = await createServer({
    consonance,
    accounts,
    media,
    log: createLog('silent'),
    musicRoots: [],
    webDirectory: await temporaryFolder(),
  });
  diagnostics.unsubscribe('fastify.initialization', watch);
  url = await app.listen({ port: 0, host: '127.0.0.1' });
  atEnd(() => app.close());
  const { id, plan } = await createStudy(consonance, { title: 'Test' });
  const { modelId } = consonance;
  // Through the store: a library without songs would not do for listening.
  await consonance.library.studies.open(id, { plan, planHash: 'test', modelId });
  const [invitation] = await invite(consonance, id, 1);
  const secret = await enterStudy(consonance, invitation!, undefined);
  credentials.participant = [{ cookie: `consonance_study=${secret}` }];
  for (const role of ['admin', 'listener'] as const) {
    const password = 'correct horse';
    const user = await accounts.add({ name: role, password, isAdmin: role === 'admin' });
    const { token } = await accounts.logIn(role, password, '127.0.0.1');
    const { secret } = await accounts.addAppPassword(user, 'test');
    credentials[role] = [
      { cookie: `consonance_session=${token}` },
      { authorization: `Bearer ${secret}` },
    ];
    secrets[role] = secret;
  }
});

async function statusOf(path: string, options: RequestInit = {}): Promise<number> {
  const response = await fetch(url + path, options);
  await response.arrayBuffer();
  return response.status;
}

const definitions: Record<string, { _def: { type: string } }> = appRouter._def.procedures as never;

/** With an input that no procedure takes, so that next to nothing is done. */
function call(name: string, headers: Record<string, string>): Promise<number> {
  const { type } = definitions[name]!._def;
  const input = JSON.stringify(inputs[name] ?? 'no input');
  if (type === 'subscription') return firstStatusOf(`/trpc/${name}`, headers);
  return type === 'mutation'
    ? statusOf(`/trpc/${name}`, {
        method: 'POST',
        body: input,
        headers: { ...headers, 'content-type': 'application/json', 'x-consonance-request': '1' },
      })
    : statusOf(`/trpc/${name}?input=${encodeURIComponent(input)}`, { headers });
}

/** A stream begins with 200; its first event tells the error. */
async function firstStatusOf(path: string, headers: Record<string, string>): Promise<number> {
  const response = await fetch(url + path, { headers });
  let text = '';
  for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
    text += part;
    if (/"state"|"httpStatus"/.test(text)) break;
  }
  return Number(/"httpStatus":(\d+)/.exec(text)?.[1] ?? response.status);
}

test('every procedure lets in whom the table names, and nobody else', async () => {
  assert.deepEqual(Object.keys(appRouter._def.procedures).sort(), Object.keys(procedures).sort());
  for (const role of roles) {
    for (const headers of credentials[role]) {
      for (const [name, access] of Object.entries(procedures)) {
        if (ends.includes(name) && rolesOf[access].includes(role) && 'cookie' in headers) continue;
        const status = await call(name, headers);
        const seen = status === 401 || status === 403 ? status : undefined;
        assert.equal(seen, refusal(access, role), `${name} for ${role}: ${status}`);
      }
    }
  }
});

test('every route lets in whom the table names, and nobody else', async () => {
  assert.deepEqual([...seenRoutes].sort(), Object.keys(routes).sort());
  for (const role of roles) {
    for (const headers of credentials[role]) {
      for (const [route, access] of Object.entries(routes)) {
        if (access === 'subsonic' || access === 'procedures') continue;
        for (const method of ['GET', 'HEAD']) {
          const path = route.replace(/:\w+/, '000000000000');
          const status = await statusOf(path, { method, headers });
          const seen = status === 401 || status === 403 ? status : undefined;
          assert.equal(seen, refusal(access, role), `${method} ${route} for ${role}: ${status}`);
        }
      }
    }
  }
});

test('every route of the library is in the OpenAPI document', async () => {
  const response = await fetch(`${url}/openapi.json`, { headers: credentials.listener[0]! });
  const { paths } = (await response.json()) as { paths: Record<string, unknown> };
  const documented = Object.keys(paths).map((path) => path.replace('{id}', ':id'));
  // OpenSubsonic has its own documentation; pages and the sound of studies are for browsers.
  const others = /^\/(|openapi\.json|reports\/.*|rest\/.*|study\/.*|trpc\/:path)$/;
  assert.deepEqual(
    documented.filter((path) => !path.startsWith('/trpc/')).sort(),
    Object.keys(routes)
      .filter((route) => !others.test(route))
      .sort(),
  );
});

test('every endpoint of OpenSubsonic asks for an app password', async () => {
  const names = [...Object.keys(endpoints), ...Object.keys(fileEndpoints), 'unknown'];
  for (const name of names) {
    for (const [role, secret] of Object.entries(secrets)) {
      const search = new URLSearchParams({ v: '1.16.1', c: 'test', f: 'json', apiKey: secret });
      const response = await fetch(`${url}/rest/${name}?${search}`);
      const { error } = (
        (await response.json()) as { 'subsonic-response': { error?: { code: number } } }
      )['subsonic-response'];
      assert.equal(error?.code === 44, role === 'anonymous', `${name} for ${role}`);
    }
  }
});

test('a batch of procedures opens none of them to those who may not call it', async () => {
  const response = await fetch(`${url}/trpc/auth.me,users.list,system.backup?batch=1`, {
    headers: credentials.listener[0]!,
  });
  const answers = (await response.json()) as { error?: { data: { code: string } } }[];
  assert.deepEqual(
    answers.map(({ error }) => error?.data.code),
    [undefined, 'FORBIDDEN', 'FORBIDDEN'],
  );
});
