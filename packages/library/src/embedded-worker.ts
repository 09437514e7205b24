/**
 * The embedded database in a thread of its own: PGlite works synchronously, and the process goes on
 * answering meanwhile. One question at a time, see EmbeddedThread.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from './errors.ts';
import type { Answer, Question } from './embedded-thread.ts';
import { openPGlite } from './pglite.ts';

const port = parentPort!;
const tell = (answer: Answer) => port.postMessage(answer);
const pglite = await openPGlite(workerData as string);
let last = Promise.resolve();
port.on('message', (question: Question) => {
  last = last
    .then(() => ask(question))
    .then(
      (results) => tell({ results }),
      (error: unknown) => tell({ error: { message: messageOf(error), fields: fieldsOf(error) } }),
    );
});
tell({ results: [] });

async function ask({ method, sql = '', values = [] }: Question): Promise<object[]> {
  if (method === 'query') return [await pglite.query(sql, values)];
  if (method === 'exec') return pglite.exec(sql);
  await pglite.close();
  return [];
}

/** What PostgreSQL tells of an error besides its message, such as the code. */
const fieldsOf = (error: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(error as object).filter(([, value]) => typeof value === 'string'),
  );
