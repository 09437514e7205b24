import { basename, dirname } from 'node:path';
import { AudioError } from '@consonance/audio';
import send from '@fastify/send';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { MediaFile } from './media.ts';

/** A browser may show it for an hour without asking. */
export const keptForAnHour = 'private, max-age=3600';

/** Answers with a file, whole or the ranges that are asked for, or that the client has it already. */
export async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  { path, contentType }: MediaFile,
  cacheControl = keptForAnHour,
): Promise<FastifyReply> {
  const result = await send(request.raw, encodeURIComponent(basename(path)), {
    root: dirname(path),
    dotfiles: 'allow',
    cacheControl: false,
  });
  if (result.statusCode === 416) {
    return reply.code(416).header('content-range', result.headers['Content-Range']).send();
  }
  if (result.type !== 'file') return notFound(reply);
  reply.code(result.statusCode).headers(result.headers);
  // What came out of a file is never a page, whatever it is called.
  return reply.type(contentType).header('cache-control', cacheControl).send(result.stream);
}

export function notFound(reply: FastifyReply): FastifyReply {
  return reply.code(404).send({ error: 'There is nothing here' });
}

/** Without the message, which names the server's folders. */
export function sendFailure(error: unknown, reply: FastifyReply): FastifyReply {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (isGone.has(code)) return notFound(reply);
  if (isFull.has(code)) return reply.code(507).send({ error: "The server's disk is full" });
  if (error instanceof AudioError) {
    return reply.code(422).send({ error: 'The file cannot be read', code: error.code });
  }
  throw error;
}

const isGone = new Set<unknown>(['ENOENT', 'ENOTDIR', 'UNREADABLE']);
const isFull = new Set<unknown>(['ENOSPC', 'EDQUOT', 'NOT_WRITTEN']);
