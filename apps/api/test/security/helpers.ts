import { type Library, openLibrary } from '@consonance/library';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Accounts } from '../../src/security/index.ts';
import { requireUser, securityPlugin, setSession } from '../../src/security/index.ts';
import { atEnd, temporaryFolder } from '../media/helpers.ts';

/** One library for the test file. */
export async function emptyLibrary(): Promise<Library> {
  const library = await openLibrary({ dataDirectory: `${await temporaryFolder()}/data` });
  atEnd(() => library.close());
  return library;
}

export async function removeUsers({ users }: Library): Promise<void> {
  for (const { id } of await users.list()) await users.remove(id);
}

/** A server with one route of each kind behind the plugin. */
export async function startServer(accounts: Accounts, allowedHosts: string[] = []) {
  const app = Fastify({ trustProxy: 'loopback' });
  await app.register(securityPlugin, { accounts, allowedHosts });
  app.get('/', async (_, reply) => reply.type('text/html').send('<p>page</p>'));
  for (const path of ['/trpc/read', '/media/peaks/1', '/rest/ping']) {
    app.get(path, { preHandler: requireUser }, async ({ user }) => ({ name: user?.name ?? null }));
  }
  app.post('/trpc/change', { preHandler: requireUser }, async ({ user }) => ({
    name: user?.name ?? null,
  }));
  app.post('/trpc/login', async (request, reply) => {
    const { name, password } = request.body as { name: string; password: string };
    try {
      const { token } = await accounts.logIn(name, password, request.ip);
      setSession(request, reply, token);
      return {};
    } catch (error) {
      return reply.code(401).send({ code: (error as { code: string }).code });
    }
  });
  atEnd(() => app.close());
  return app;
}

export const logIn = (
  app: FastifyInstance,
  name: string,
  password: string,
  { remoteAddress, headers }: { remoteAddress?: string; headers?: Record<string, string> } = {},
) =>
  app.inject({
    method: 'POST',
    url: '/trpc/login',
    payload: { name, password },
    headers: { host: 'localhost', 'x-consonance-request': '1', ...headers },
    ...(remoteAddress !== undefined && { remoteAddress }),
  });

/** The Cookie header that a browser would send after this answer. */
export const cookieOf = (answer: { cookies: { name: string; value: string }[] }): string =>
  answer.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
