import { type ChildProcess, fork } from 'node:child_process';
import { setPriority } from 'node:os';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import type { Mel, MelWindow } from '@consonance/audio';
import type { Embedder, TrackEmbedding } from './embedder.ts';
import { describeEmbedder } from './embedders/registry.ts';
import { ModelError, type ModelErrorCode } from './errors.ts';

export interface EmbedRequest {
  id: number;
  tracks: readonly MelWindow<Mel>[][];
}

export type EmbedReply =
  | { ready: true }
  | { id: number; result: TrackEmbedding[] }
  | { id: number; error: { code: ModelErrorCode; message: string } };

/**
 * Starts TensorFlow with this embedder in a child process, so that neither its work nor its memory is
 * this process's. The child ends with its parent. Where it has died, the calls under way reject with
 * CRASHED, and the next one starts another; where that cannot start, with NOT_STARTED. A closed one rejects
 * with CRASHED.
 *
 * @param source a name of the registry, or a model folder
 * @param niceness of the child, from 0 to 19: how much it stands back behind other work
 * @throws ModelError BAD_MODEL, NOT_STARTED
 */
export async function startEmbedder(
  source: string,
  { niceness = 0 }: { niceness?: number | undefined } = {},
): Promise<Embedder<Mel> & { readonly pid: number }> {
  const { modelId, frontEnd, dimensions, labels } = await describeEmbedder(source);
  let current = await EmbedderProcess.start(source, niceness);
  let starting: Promise<EmbedderProcess> | undefined;
  let closed = false;
  const alive = async (): Promise<EmbedderProcess> => {
    if (current.isAlive || closed) return current;
    starting ??= EmbedderProcess.start(source, niceness).finally(() => (starting = undefined));
    return (current = await starting);
  };
  return {
    get pid() {
      return current.pid;
    },
    modelId,
    frontEnd,
    dimensions,
    labels,
    embed: async (tracks) => (await alive()).embed(tracks),
    async close() {
      closed = true;
      await starting?.catch(() => {});
      await current.stop();
    },
  };
}

/** The parent's end of the child process. */
class EmbedderProcess {
  readonly #child: ChildProcess;
  /** Resolves with the reason. */
  readonly #gone: Promise<string>;
  readonly #waiting = new Map<
    number,
    { resolve(result: TrackEmbedding[]): void; reject(error: Error): void }
  >();
  #nextId = 0;
  #lastWords = '';
  #crashed: ModelError | undefined;

  private constructor(child: ChildProcess) {
    this.#child = child;
    // Without file descriptors for it there is none.
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-4000);
    });
    this.#gone = new Promise((resolve) => {
      child.on('exit', async (code, signal) => {
        // Its last words may be read after it has gone.
        if (child.stderr) await finished(child.stderr).catch(() => {});
        resolve(signal ? `signal ${signal}` : `exit code ${code}`);
      });
      // A process that could not start does not exit. And whatever it is: without a listener it would end this one.
      child.on('error', ({ message }) => {
        if (child.pid === undefined) resolve(message);
      });
    });
  }

  static async start(source: string, niceness: number): Promise<EmbedderProcess> {
    const child = fork(path.join(import.meta.dirname, 'embedder-worker.ts'), [source], {
      serialization: 'advanced',
      // TensorFlow chats on standard error; its last words are kept for the error message.
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    // Before its main thread makes others, which inherit it.
    if (niceness > 0 && child.pid !== undefined) setPriority(child.pid, niceness);
    const started = new EmbedderProcess(child);
    await started.#ready();
    return started;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  get isAlive(): boolean {
    return this.#crashed === undefined;
  }

  embed(tracks: readonly MelWindow<Mel>[][]): Promise<TrackEmbedding[]> {
    return new Promise((resolve, reject) => {
      if (this.#crashed) return reject(this.#crashed);
      const request: EmbedRequest = { id: this.#nextId++, tracks };
      this.#waiting.set(request.id, { resolve, reject });
      this.#child.send(request, () => {}); // A process that cannot receive ends, too.
    });
  }

  /** Ends the child in good order; resolves when it is gone. */
  async stop(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    await this.#gone;
  }

  #ready(): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      let isReady = false;
      this.#child.on('message', (reply: EmbedReply) => {
        if ('ready' in reply) {
          isReady = true;
          return resolve();
        }
        const call = this.#waiting.get(reply.id);
        this.#waiting.delete(reply.id);
        if ('result' in reply) call?.resolve(reply.result);
        else call?.reject(new ModelError(reply.error.code, reply.error.message));
      });
      void this.#gone.then((reason) => {
        const what = isReady ? 'ended' : 'could not start';
        this.#crashed = new ModelError(
          isReady ? 'CRASHED' : 'NOT_STARTED',
          `The TensorFlow process ${what} (${reason}). ${lastLine(this.#lastWords)}`.trim(),
        );
        reject(this.#crashed);
        for (const call of this.#waiting.values()) call.reject(this.#crashed);
        this.#waiting.clear();
      });
    });
  }
}

function lastLine(text: string): string {
  const lines = text
    .trim()
    .split('\n')
    .filter((line) => /error|expected/i.test(line));
  return lines.at(-1) ?? '';
}
