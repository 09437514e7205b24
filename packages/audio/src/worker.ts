/** The process behind AudioWorkerPool: one file at a time. */
import { analyzeFile } from './analyze.ts';
import { AudioError } from './errors.ts';
import type { Request, Response } from './messages.ts';

process.on('disconnect', () => process.exit());
process.on('message', async ({ path, frontEnd }: Request) => {
  process.send!(await respond(path, frontEnd));
});

async function respond(path: string, frontEnd: Request['frontEnd']): Promise<Response> {
  try {
    return { track: await analyzeFile(path, frontEnd) };
  } catch (error) {
    if (error instanceof AudioError) return { code: error.code, message: error.message };
    return { code: 'CRASHED', message: `The analysis of ${path} failed: ${String(error)}` };
  }
}
