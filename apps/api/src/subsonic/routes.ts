import { AudioError } from '@consonance/audio';
import type { Consonance } from '@consonance/engine';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Media, sendFile } from '../media/index.ts';
import type { Accounts } from '../security/index.ts';
import { authenticate } from './authenticate.ts';
import { fileEndpoints } from './binary.ts';
import { endpoints } from './endpoints.ts';
import { Parameters } from './parameters.ts';
import { type Answer, answer, failure, SubsonicError } from './protocol.ts';

export interface SubsonicOptions {
  consonance: Consonance;
  accounts: Accounts;
  media: Media;
}

/** What clients may ask before they log in. */
const extensions = {
  openSubsonicExtensions: ['sonicSimilarity', 'apiKeyAuthentication', 'formPost'].map((name) => ({
    name,
    versions: [1],
  })),
};

/**
 * The part of OpenSubsonic (https://opensubsonic.netlify.app) that players need to use the
 * recommendations: /rest/<endpoint> and /rest/<endpoint>.view, by GET or as a form by POST.
 */
export async function subsonicRoutes(
  app: FastifyInstance,
  options: SubsonicOptions,
): Promise<void> {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: 64 * 1024 },
    (_, body, done) => done(null, String(body)),
  );
  app.route({
    method: ['GET', 'POST'],
    url: '/rest/:endpoint',
    handler: async (request, reply) => {
      const parameters = parametersOf(request);
      const format = parameters.optional('f');
      try {
        return await respond(request, reply, parameters, options);
      } catch (error) {
        return sendAnswer(reply, failure(toSubsonicError(error, request), format));
      }
    },
  });
}

async function respond(
  request: FastifyRequest,
  reply: FastifyReply,
  parameters: Parameters,
  { consonance, accounts, media }: SubsonicOptions,
): Promise<FastifyReply> {
  const name = (request.params as { endpoint: string }).endpoint.replace(/\.view$/, '');
  const format = parameters.optional('f');
  if (name === 'getOpenSubsonicExtensions') return sendAnswer(reply, answer(extensions, format));
  const [data, file] = [own(endpoints, name), own(fileEndpoints, name)];
  for (const parameter of ['v', 'c']) parameters.required(parameter);
  const listener = await authenticate(parameters, accounts);
  const question = { consonance, parameters, listener };
  if (file !== undefined) return sendFile(request, reply, await file(question, media));
  if (data !== undefined) return sendAnswer(reply, answer(await data(question), format));
  throw new SubsonicError('notFound', `There is no endpoint ${name}`);
}

function own<T>(table: Record<string, T>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function parametersOf({ url, body }: FastifyRequest): Parameters {
  const query = url.includes('?') ? url.slice(url.indexOf('?')) : '';
  const form = typeof body === 'string' ? body : '';
  return new Parameters(
    new URLSearchParams([...new URLSearchParams(query), ...new URLSearchParams(form)]),
  );
}

/** Errors are answers like others, with status 200: players read the code from the document. */
function sendAnswer(reply: FastifyReply, { contentType, body }: Answer): FastifyReply {
  return reply.type(contentType).header('cache-control', 'no-store').send(body);
}

/** Messages of other errors may name the server's folders: they go to the log only. */
function toSubsonicError(error: unknown, request: FastifyRequest): SubsonicError {
  if (error instanceof SubsonicError) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'UNREADABLE') {
    return new SubsonicError('notFound', 'The file is gone');
  }
  if (error instanceof AudioError) return new SubsonicError('generic', 'The file cannot be read');
  request.log.error({ err: error }, 'An OpenSubsonic endpoint failed');
  return new SubsonicError('generic', 'Something went wrong on the server');
}
