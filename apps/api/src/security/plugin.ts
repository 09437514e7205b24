import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import type { User } from '@consonance/library';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { type Accounts, sessionSeconds } from './accounts.ts';
import { contentPolicy } from './content-policy.ts';
import { isForeign, isOwnHost } from './origin.ts';

declare module 'fastify' {
  interface FastifyInstance {
    accounts: Accounts;
  }
  interface FastifyRequest {
    /** Who makes the request; null for nobody. */
    user: User | null;
    /** Single-user mode: nobody has to log in. */
    isOpen: boolean;
  }
}

export interface SecurityOptions {
  accounts: Accounts;
  /** Names by which clients may address the server, besides its addresses and its own name. */
  allowedHosts?: readonly string[];
}

/** Requests that change something must carry it: a foreign page cannot add it without being asked. */
export const requestHeader = 'x-consonance-request';

/** Unlike Basic, no link or form of another site makes a browser send it. */
const bearer = /^Bearer (\S+)$/i;

const sessionCookie = 'consonance_session';
const cookieOptions = { path: '/', httpOnly: true, sameSite: 'strict' } as const;

/** Everything but these is a page or a part of one, which shows no data. */
const services = /^\/(trpc|media|rest|metrics|openapi\.json)\b/;
const trpc = /^\/trpc\//;
const json = 'application/json';

/**
 * Refuses requests to other hosts' names and of other sites' pages, sets the security headers, and
 * finds out who makes the request. It lets nobody in: that is the routes' part, see `requireUser`.
 */
export const securityPlugin = fastifyPlugin(
  async (app: FastifyInstance, options: SecurityOptions) => {
    const { accounts, allowedHosts = [] } = options;
    await app.register(cookie);
    await app.register(helmet, {
      contentSecurityPolicy: false, // Pages have their own, see PagePolicies.
      strictTransportSecurity: false, // For whoever speaks TLS to say.
      xFrameOptions: { action: 'deny' },
      referrerPolicy: { policy: 'no-referrer' },
      crossOriginResourcePolicy: { policy: 'same-origin' },
    });
    app.decorate('accounts', accounts);
    app.decorateRequest('user', null);
    app.decorateRequest('isOpen', false);
    app.addHook('onRequest', async (request, reply) => {
      reply.header('content-security-policy', contentPolicy());
      reply.header('permissions-policy', 'camera=(), geolocation=(), microphone=()');
      const isOpen = await accounts.isOpen();
      const refusal = refuse(request, isOpen, allowedHosts);
      if (refusal !== undefined) return reply.code(403).send({ error: refusal });
      request.isOpen = isOpen;
      request.user = (await findUser(request, accounts)) ?? null;
      const type = request.headers['content-type'] ?? json;
      if (isOf(trpc, request) && !type.toLowerCase().startsWith(json)) {
        return reply.code(415).send({ error: `Expected ${json} for content-type` });
      }
      if (request.user === null && !request.isOpen && isLarge(request)) {
        return reply.code(413).send({ error: 'Expected a user who is logged in to send so much' });
      }
    });
  },
);

function refuse(
  request: FastifyRequest,
  isOpen: boolean,
  allowedHosts: readonly string[],
): string | undefined {
  const { method, headers } = request;
  if (!isOwnHost(headers.host, allowedHosts)) {
    return "Expected one of this server's names for Host; allow others where it is started";
  }
  // Subsonic's clients name their user in each request; no cookie of the browser speaks for them.
  const needsNoCheck = isOf(/^\/rest\//, request) && !isOpen;
  if (needsNoCheck || bearer.test(headers.authorization ?? '')) return undefined;
  if (isForeign(method, headers, !isOf(services, request))) {
    return 'Expected a request of this site but another one makes it';
  }
  const changes = method !== 'GET' && method !== 'HEAD' && isOf(trpc, request);
  if (changes && headers[requestHeader] === undefined) {
    return `Expected the header ${requestHeader}`;
  }
  return undefined;
}

/** By the route that was found: an address can be written in many ways. */
function isOf(routes: RegExp, request: FastifyRequest): boolean {
  return routes.test(request.routeOptions.url ?? '');
}

/** Nobody needs more to log in. A body of unknown length may be any. */
const anonymousBytes = 64 * 1024;

function isLarge({ headers }: FastifyRequest): boolean {
  return (
    headers['transfer-encoding'] !== undefined ||
    Number(headers['content-length'] ?? 0) > anonymousBytes
  );
}

/** By an app password, or by the session's cookie. */
async function findUser(request: FastifyRequest, accounts: Accounts): Promise<User | undefined> {
  const [, secret] = bearer.exec(request.headers.authorization ?? '') ?? [];
  if (secret !== undefined) return accounts.byAppSecret(secret);
  const token = request.cookies[sessionCookie];
  return token === undefined ? undefined : accounts.bySession(token);
}

/** For routes that show or change data. */
export async function requireUser(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  if (request.user !== null || request.isOpen) return undefined;
  return reply.code(401).send({ error: 'Expected a user who is logged in' });
}

export function setSession(request: FastifyRequest, reply: FastifyReply, token: string): void {
  const secure = request.protocol === 'https';
  reply.setCookie(sessionCookie, token, { ...cookieOptions, secure, maxAge: sessionSeconds });
}

/** @returns the token of the session that ends */
export function clearSession(request: FastifyRequest, reply: FastifyReply): string | undefined {
  reply.clearCookie(sessionCookie, cookieOptions);
  return request.cookies[sessionCookie];
}
