/** The sound of listening studies, and their reports as pages. */
import { basename, dirname } from 'node:path';
import {
  clipFile,
  type Consonance,
  reportPageOf,
  songFile,
  soundCheckFile,
} from '@consonance/engine';
import send from '@fastify/send';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendError } from '../errors.ts';
import { trackId } from '../schemas.ts';
import { contentPolicy, inlineScriptHashes } from '../security/content-policy.ts';
import { participantSecret } from './cookie.ts';

export async function studyRoutes(
  app: FastifyInstance,
  { consonance }: { consonance: Consonance },
): Promise<void> {
  const answer = async (reply: FastifyReply, work: () => Promise<FastifyReply>) => {
    try {
      return await work();
    } catch (error) {
      const answered = sendError(error, reply);
      if (answered) return answered;
      throw error;
    }
  };
  /** Answers the participant of the request with a file. */
  const get = <Params>(url: string, find: (secret: string, params: Params) => Promise<string>) =>
    app.get(url, (request, reply) =>
      answer(reply, async () => {
        const file = await find(participantSecret(request), request.params as Params);
        return sendSound(request, reply, file);
      }),
    );

  get<{ clip: string }>('/study/clip/:clip', (secret, { clip }) =>
    clipFile(consonance, secret, Number(clip)),
  );
  get<{ id: string }>('/study/song/:id', (secret, { id }) =>
    songFile(consonance, secret, trackId.catch('').parse(id)),
  );
  get('/study/sound-check', (secret) => soundCheckFile(consonance, secret));

  app.get<{ Params: { id: string } }>(
    '/study/report/:id',
    { preHandler: requireAdmin },
    ({ params }, reply) =>
      answer(reply, async () => {
        const html = await reportPageOf(consonance, params.id);
        return reply
          .header('content-security-policy', contentPolicy(inlineScriptHashes(html)))
          .type('text/html')
          .send(html);
      }),
  );
}

async function requireAdmin(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  if (request.isOpen || request.user?.isAdmin) return undefined;
  const error = 'Expected an administrator who is logged in';
  return reply.code(request.user === null ? 401 : 403).send({ error });
}

/**
 * Nothing in the answer but the sound differs from clip to clip: no name, time or tag of the file, as when
 * a clip was made would tell how often it is played.
 */
async function sendSound(
  request: FastifyRequest,
  reply: FastifyReply,
  file: string,
): Promise<FastifyReply> {
  const { statusCode, headers, stream } = await send(request.raw, basename(file), {
    root: dirname(file),
    dotfiles: 'allow',
    cacheControl: false,
    etag: false,
    lastModified: false,
  });
  return reply
    .code(statusCode)
    .headers(headers)
    .type('audio/mpeg')
    .header('cache-control', 'no-store')
    .send(stream);
}
