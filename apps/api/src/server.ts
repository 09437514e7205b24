import { randomUUID } from 'node:crypto';
import type { Consonance } from '@consonance/engine';
import { fastifyTRPCPlugin, type FastifyTRPCPluginOptions } from '@trpc/server/adapters/fastify';
import Fastify, { type FastifyInstance } from 'fastify';
import manifest from '../package.json' with { type: 'json' };
import { Directories } from './directories.ts';
import { sendError } from './errors.ts';
import type { Logger } from './log.ts';
import { type Media, mediaRoutes } from './media/index.ts';
import { addMetrics } from './metrics.ts';
import { openApiDocument } from './openapi.ts';
import { addDashboard, addReportPages, defaultWebDirectory } from './pages.ts';
import { type AppRouter, appRouter } from './router/index.ts';
import { type Accounts, requireUser, securityPlugin } from './security/index.ts';
import { studyRoutes } from './study/index.ts';
import { subsonicRoutes } from './subsonic/index.ts';
import { addTracing } from './tracing.ts';

export interface ServerParts {
  consonance: Consonance;
  accounts: Accounts;
  media: Media;
  log: Logger;
  /** Names that a reverse proxy gives the server. */
  allowedHosts?: readonly string[];
  /** Directories below which folders of music can be chosen. */
  musicRoots: readonly string[];
  webDirectory?: string;
  /** How long a shutdown waits for answers under way, such as a song that nobody reads on. */
  graceMilliseconds?: number;
}

/** Imports come as text; the longest history that was seen has 20 MB. */
const bodyLimit = 32 * 2 ** 20;

/** For a whole request to arrive; the largest over a slow line. */
const requestTimeout = 300_000;

/** Everything that is served, not yet listening. */
export async function createServer(parts: ServerParts): Promise<FastifyInstance> {
  const { consonance, accounts, media, log, allowedHosts = [], musicRoots } = parts;
  const { graceMilliseconds = 5000 } = parts;
  const app = Fastify({
    loggerInstance: log.child({}, { serializers: { req: describeRequest } }),
    genReqId: () => randomUUID(),
    // Names of batched procedures stand in the path.
    routerOptions: { maxParamLength: 5000 },
    bodyLimit,
    requestTimeout,
    // A reverse proxy on this machine says who asks, and by which protocol.
    trustProxy: 'loopback',
    // What is open is answered; connections that only wait are closed.
    forceCloseConnections: 'idle',
    return503OnClosing: true,
  }) as unknown as FastifyInstance;
  const closing = new AbortController();
  app.addHook('preClose', async () => {
    closing.abort();
    setTimeout(() => app.server.closeAllConnections(), graceMilliseconds).unref();
  });
  app.addHook('onSend', async (request, reply) => void reply.header('x-request-id', request.id));

  addTracing(app);
  app.setErrorHandler((error, request, reply) => {
    const answered = sendError(error, reply);
    const isOurs = ((error as { statusCode?: number }).statusCode ?? 500) >= 500;
    if (answered === undefined && !isOurs) return reply.send(error);
    request.log.error({ err: error }, 'A request failed');
    // What was not foreseen may name folders.
    return answered ?? reply.code(500).send({ error: 'Something went wrong on the server' });
  });
  await app.register(securityPlugin, { accounts, allowedHosts });
  const metrics = addMetrics(app, consonance);
  app.get('/health', async () => {
    await consonance.library.setting('health');
    const { state } = consonance.analysis.progress;
    return { status: 'ok', version: manifest.version, analysis: state };
  });
  const document = openApiDocument(appRouter, manifest.version);
  app.get('/openapi.json', { preHandler: requireUser }, async () => document);

  const directories = new Directories(musicRoots);
  await app.register(fastifyTRPCPlugin, {
    prefix: '/trpc',
    trpcOptions: {
      router: appRouter,
      allowMethodOverride: true,
      createContext: ({ req, res }) => ({
        consonance,
        directories,
        metrics,
        closing: closing.signal,
        user: req.user,
        isOpen: req.isOpen,
        request: req,
        reply: res,
      }),
    } satisfies FastifyTRPCPluginOptions<AppRouter>['trpcOptions'],
  });
  await app.register(mediaRoutes, {
    media,
    // A worker may ask for a song that was found a moment ago.
    trackOf: async (id: string) =>
      (await consonance.music()).trackOf.get(id) ?? (await consonance.library.getTracks([id]))[0],
  });
  await app.register(studyRoutes, { consonance });
  await app.register(subsonicRoutes, { consonance, accounts, media });
  addReportPages(app, consonance);
  await addDashboard(app, parts.webDirectory ?? defaultWebDirectory);
  return app;
}

/** Without the query, which may hold a Subsonic client's token. */
const describeRequest = ({ method, url, ip }: { method: string; url: string; ip: string }) => ({
  method,
  path: url.split('?')[0],
  remoteAddress: ip,
});
