import type { Consonance } from '@consonance/engine';
import { markFailed, traced } from '@consonance/library';
import { initTRPC, TRPCError } from '@trpc/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z, ZodError } from 'zod';
import type { Directories } from './directories.ts';
import { reasonOf, retrySeconds, toTrpcError } from './errors.ts';
import type { Metrics } from './metrics.ts';

/** Who is asking. */
export interface ApiUser {
  id: string;
  name: string;
  isAdmin: boolean;
}

export interface Context {
  consonance: Consonance;
  directories: Directories;
  user: ApiUser | null;
  /** Nobody has to log in: there are no users, and only this machine can ask. */
  isOpen: boolean;
  request: FastifyRequest;
  reply: FastifyReply;
  metrics: Metrics;
  /** Aborted when the server is about to end. */
  closing: AbortSignal;
}

const t = initTRPC.context<Context>().create({
  // Silence for longer means that the connection is gone.
  sse: {
    ping: { enabled: true, intervalMs: 15_000 },
    client: { reconnectAfterInactivityMs: 45_000 },
  },
  errorFormatter({ shape, error, ctx }) {
    const { code, httpStatus, path } = shape.data;
    const isInternal = code === 'INTERNAL_SERVER_ERROR';
    const requestId = ctx?.request.id ?? null;
    return {
      ...shape,
      message: isInternal
        ? `Something went wrong on the server; its log tells more under request ${requestId}.`
        : error.cause instanceof ZodError
          ? z.prettifyError(error.cause)
          : error.message,
      data: {
        code,
        httpStatus,
        path,
        requestId,
        /** The code of the error, where it has one of its own. */
        reason: reasonOf(error.cause) ?? null,
      },
    };
  },
});

export const router = t.router;
export const mergeRouters = t.mergeRouters;
export const createCallerFactory = t.createCallerFactory;

/** For anybody. */
export const publicProcedure = t.procedure.use(async ({ next, ctx, path }) => {
  const started = performance.now();
  const result = await traced(path, { 'rpc.system': 'trpc', 'rpc.method': path }, async (span) => {
    const answer = await next();
    if (!answer.ok) markFailed(span, toTrpcError(answer.error));
    return answer;
  });
  ctx.metrics.observeProcedure(path, result.ok, (performance.now() - started) / 1000);
  if (result.ok) return result;
  const error = toTrpcError(result.error);
  if (error.code === 'SERVICE_UNAVAILABLE') ctx.reply.header('retry-after', retrySeconds);
  if (error.code === 'SERVICE_UNAVAILABLE' || error.code === 'INTERNAL_SERVER_ERROR') {
    ctx.request.log.error({ err: error.cause ?? error, path }, 'A procedure failed');
  }
  throw error;
});

/** For those who are logged in, or anybody as long as there are no users. */
export const procedure = publicProcedure.use(({ ctx, next }) => {
  if (ctx.user || ctx.isOpen) return next();
  throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Log in first.' });
});

/** For administrators, or anybody as long as there are no users. */
export const adminProcedure = procedure.use(({ ctx, next }) => {
  if (ctx.isOpen || ctx.user?.isAdmin) return next();
  throw new TRPCError({ code: 'FORBIDDEN', message: 'Only an administrator may do this.' });
});

/** The output of a subscription, every item checked. */
export function subscriptionOf<T>(item: z.ZodType<T>) {
  return z
    .custom<AsyncIterable<T>>((value) => Symbol.asyncIterator in (value as object))
    .transform(async function* (items) {
      for await (const each of items) yield item.parse(each);
    })
    .meta({ subscriptionItem: item });
}

/** The states of something that is watched, the present one first; only the latest is kept waiting. */
export async function* states<T>(
  watched: { progress: T; watch(watcher: (state: T) => void): () => void },
  closing: AbortSignal,
  ofRequest: AbortSignal | undefined,
): AsyncGenerator<T> {
  const signal = AbortSignal.any(ofRequest ? [closing, ofRequest] : [closing]);
  let latest: T | undefined = watched.progress;
  let wake = () => {};
  const unwatch = watched.watch((state) => {
    latest = state;
    wake();
  });
  const onAbort = () => wake();
  signal.addEventListener('abort', onAbort);
  try {
    while (!signal.aborted) {
      if (latest === undefined) {
        await new Promise<void>((resolve) => (wake = resolve));
        continue;
      }
      const state = latest;
      latest = undefined;
      yield state;
    }
  } finally {
    unwatch();
    signal.removeEventListener('abort', onAbort);
  }
}
