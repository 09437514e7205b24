/** What an error means to a client: the only table of codes. Causes and stacks never leave the server. */
import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import type { FastifyReply } from 'fastify';

type TrpcCode = TRPCError['code'];

/** By the codes of the packages' error classes; what is not here is an internal error. */
const trpcCodes: Record<string, TrpcCode> = {
  // @consonance/engine
  NOTHING_ANALYSED: 'PRECONDITION_FAILED',
  UNKNOWN_SONG: 'NOT_FOUND',
  UNKNOWN_LISTENER: 'NOT_FOUND',
  UNKNOWN_FOLDER: 'NOT_FOUND',
  UNKNOWN_PLAYLIST: 'NOT_FOUND',
  UNKNOWN_REPORT: 'NOT_FOUND',
  UNKNOWN_MODEL: 'NOT_FOUND',
  BAD_HISTORY: 'BAD_REQUEST',
  BAD_OPTION: 'BAD_REQUEST',
  UNKNOWN_STUDY: 'NOT_FOUND',
  NOT_DRAFT: 'PRECONDITION_FAILED',
  STUDY_OPEN: 'PRECONDITION_FAILED',
  STUDY_CLOSED: 'PRECONDITION_FAILED',
  PLAN_CHANGED: 'PRECONDITION_FAILED',
  TOO_FEW_SONGS: 'PRECONDITION_FAILED',
  NOT_INVITED: 'FORBIDDEN',
  INVITATION_USED: 'FORBIDDEN',
  WRONG_PHASE: 'PRECONDITION_FAILED',
  TOO_EARLY: 'PRECONDITION_FAILED',
  NO_CONSENT: 'PRECONDITION_FAILED',
  UNKNOWN_SESSION: 'NOT_FOUND',
  // @consonance/study
  BAD_PLAN: 'BAD_REQUEST',
  // @consonance/library
  NOT_FOUND: 'NOT_FOUND',
  DATABASE_AWAY: 'SERVICE_UNAVAILABLE',
  DATABASE_FULL: 'SERVICE_UNAVAILABLE',
  // @consonance/recommender
  NO_SEEDS: 'BAD_REQUEST',
  BAD_RECORD: 'BAD_REQUEST',
  // security
  WRONG_PASSWORD: 'UNAUTHORIZED',
  TOO_MANY_ATTEMPTS: 'TOO_MANY_REQUESTS',
  BAD_PASSWORD: 'BAD_REQUEST',
  LAST_ADMIN: 'PRECONDITION_FAILED',
  NO_USERS: 'PRECONDITION_FAILED',
};

/** What a client is told to wait that asked while the database was away or full. */
export const retrySeconds = 5;

/** The code of one of our error classes; system errors (ENOENT, ...) have none that is ours. */
export function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' && error.code in trpcCodes ? error.code : undefined;
}

/** The same error as tRPC knows it; its message is shown to the client only when it explains itself. */
export function toTrpcError(error: unknown): TRPCError {
  if (error instanceof TRPCError) {
    const reason = reasonOf(error.cause);
    if (error.code !== 'INTERNAL_SERVER_ERROR' || reason === undefined) return error;
    return toTrpcError(error.cause);
  }
  const reason = reasonOf(error);
  return new TRPCError({
    code: reason === undefined ? 'INTERNAL_SERVER_ERROR' : trpcCodes[reason]!,
    message: error instanceof Error ? error.message : String(error),
    cause: error,
  });
}

/** Answers outside tRPC with an error that the table knows; undefined where it does not. */
export function sendError(error: unknown, reply: FastifyReply): FastifyReply | undefined {
  const code = reasonOf(error);
  if (code === undefined) return undefined;
  const known = toTrpcError(error);
  if (known.code === 'SERVICE_UNAVAILABLE') reply.header('retry-after', retrySeconds);
  return reply.code(getHTTPStatusCodeFromError(known)).send({ error: known.message, code });
}
