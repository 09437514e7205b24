/** The dashboard's files and the reports' pages. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import { type Consonance, readReport } from '@consonance/engine';
import type { FastifyInstance } from 'fastify';
import { contentPolicy, inlineScriptHashes } from './security/content-policy.ts';
import { PagePolicies, requireUser } from './security/index.ts';

/** Where the web app's build lies. */
export const defaultWebDirectory = path.resolve(import.meta.dirname, '../../web/out');

/** Serves the static web app; file names with a hash in them never change. */
export async function addDashboard(app: FastifyInstance, directory: string): Promise<void> {
  if (!existsSync(path.join(directory, 'index.html'))) {
    app.get('/', async (_, reply) =>
      reply
        .code(503)
        .type('text/plain')
        .send('The dashboard is not built: run "npm run setup". The API works.\n'),
    );
    return;
  }
  const policies = new PagePolicies();
  await app.register(fastifyStatic, {
    root: directory,
    // /library is the folder of the page /library/.
    redirect: true,
    cacheControl: false,
    setHeaders(reply, file, { mtimeMs }) {
      const isImmutable = file.includes(`${path.sep}_next${path.sep}static${path.sep}`);
      reply.header(
        'cache-control',
        isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
      if (file.endsWith('.html')) {
        reply.header('content-security-policy', policies.of(file, mtimeMs));
      }
    },
  });
  const notFound = path.join(directory, '404.html');
  app.setNotFoundHandler((request, reply) =>
    request.method === 'GET' && existsSync(notFound)
      ? reply.code(404).sendFile('404.html')
      : reply.code(404).send({ error: 'Nothing is here.' }),
  );
}

/** /reports/<id>: a report as the page that its command made. */
export function addReportPages(app: FastifyInstance, { library }: Consonance): void {
  app.get<{ Params: { id: string } }>(
    '/reports/:id',
    { preHandler: requireUser },
    async ({ params }, reply) => {
      const report = await readReport(library.dataDirectory, params.id);
      if (!report?.page) return reply.callNotFound();
      const html = await readFile(report.page, 'utf8');
      return reply
        .header('content-security-policy', contentPolicy(inlineScriptHashes(html)))
        .type('text/html')
        .send(html);
    },
  );
}
