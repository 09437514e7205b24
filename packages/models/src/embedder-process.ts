import { type ChildProcess, fork } from 'node:child_process';
import { setPriority } from 'node:os';
import path from 'node:path';
import type { MelWindow } from '@consonance/audio';
import type { Embedder, TrackEmbedding } from './embedder.ts';
import { describeEmbedder } from './embedders/registry.ts';
import { ModelError, type ModelErrorCode } from './errors.ts';

export interface EmbedRequest {
  id: number;
  tracks: readonly MelWindow[][];
}

export type EmbedReply =
  | { ready: true }
  | { id: number; result: TrackEmbedding[] }
  | { id: number; error: { code: ModelErrorCode; message: string } };

/**
 * Starts TensorFlow with this embedder in a child process, so that neither its work nor its memory is
 * this process's. The child ends with its parent.
 *
 * @param source a name of the registry, or a model folder
 * @param niceness of the child, from 0 to 19: how much it stands back behind other work
 * @throws ModelError BAD_MODEL, NO_TENSORFLOW; later calls reject with CRASHED when the child has died
 */
export async function startEmbedder(
  source: string,
  { niceness = 0 }: { niceness?: number | undefined } = {},
): Promise<Embedder & { readonly pid: number }> {
  const { modelId, frontEnd, dimensions, labels } = await describeEmbedder(source);
  const child = fork(path.join(import.meta.dirname, 'embedder-worker.ts'), [source], {
    serialization: 'advanced',
    // TensorFlow chats on standard error; its last words are kept for the error message.
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  // Before its main thread makes others, which inherit it.
  if (niceness > 0 && child.pid !== undefined) setPriority(child.pid, niceness);
  const waiting = new Map<
    number,
    { resolve(result: TrackEmbedding[]): void; reject(error: Error): void }
  >();
  let lastWords = '';
  let crashed: ModelError | undefined;
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-4000);
  });

  const ready = new Promise<void>((resolve, reject) => {
    child.on('message', (reply: EmbedReply) => {
      if ('ready' in reply) return resolve();
      const call = waiting.get(reply.id);
      waiting.delete(reply.id);
      if ('result' in reply) call?.resolve(reply.result);
      else call?.reject(new ModelError(reply.error.code, reply.error.message));
    });
    child.on('exit', (code, signal) => {
      const reason = signal ? `signal ${signal}` : `exit code ${code}`;
      crashed = new ModelError(
        'CRASHED',
        `The TensorFlow process ended (${reason}). ${lastLine(lastWords)}`.trim(),
      );
      reject(crashed);
      for (const call of waiting.values()) call.reject(crashed);
      waiting.clear();
    });
  });
  await ready;

  let nextId = 0;
  return {
    pid: child.pid!,
    modelId,
    frontEnd,
    dimensions,
    labels,
    embed: (tracks) =>
      new Promise((resolve, reject) => {
        if (crashed) return reject(crashed);
        const request: EmbedRequest = { id: nextId++, tracks };
        waiting.set(request.id, { resolve, reject });
        child.send(request, (error) => {
          if (error && waiting.delete(request.id)) reject(crashed ?? error);
        });
      }),
    close: () => stop(child),
  };
}

function lastLine(text: string): string {
  const lines = text
    .trim()
    .split('\n')
    .filter((line) => /error|expected/i.test(line));
  return lines.at(-1) ?? '';
}

/** Ends the child in good order; resolves when it is gone. */
function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.disconnect();
  return gone;
}
