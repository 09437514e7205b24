import { fork, type ChildProcess } from 'node:child_process';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { AudioError } from './errors.ts';
import type { Ready, Request, Response } from './messages.ts';
import { confined } from './sandbox.ts';

const workerPath = fileURLToPath(new URL('./worker.ts', import.meta.url));
const keptOutput = 2000;

/** The parent's end of one worker process. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  /** Has had no file yet. */
  isNew = true;
  #isReady = false;
  /** The end of what the process wrote to its standard error. */
  #output = '';

  /**
   * @param niceness from 0 to 19
   * @param outputDirectory where it may write; nowhere if undefined
   * @throws Error where the system refuses it and cannot even say so later: without memory, say
   */
  constructor(niceness: number, outputDirectory: string | undefined) {
    this.#child = fork(workerPath, {
      ...confined(outputDirectory),
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const note = (text: unknown) => {
      this.#output = (this.#output + String(text)).slice(-keptOutput);
    };
    // Without file descriptors for it there is none, nor a channel.
    this.#child.stderr?.on('data', note);
    this.#child.on('error', note);
    this.#closed = new Promise((resolve) => this.#child.once('close', resolve));
    // Before its main thread makes others, which inherit it.
    if (niceness > 0 && this.#child.pid !== undefined) setPriority(this.#child.pid, niceness);
  }

  get isAlive(): boolean {
    return (
      this.#child.connected && this.#child.exitCode === null && this.#child.signalCode === null
    );
  }

  /**
   * @throws AudioError CRASHED or TIMEOUT; the process is dead then
   * @throws Error where the process ended before it could take a file: none is to blame
   */
  async run(request: Request, timeoutSeconds: number): Promise<Response> {
    this.isNew = false;
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      this.#child.kill('SIGKILL');
    }, timeoutSeconds * 1000);
    // Not raced against a promise that outlives the answer: that would keep every answer in memory.
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    const listen = (message: Ready | Response) => {
      if (message === 'ready') this.#isReady = true;
      else resolve(message);
    };
    const fail = () =>
      reject(timedOut ? timeoutError(request.path, timeoutSeconds) : this.#endError(request.path));
    this.#child.on('message', listen).once('close', fail);
    try {
      // Not only when it is ready, which would take longer. A process that cannot receive closes, too.
      if (this.#child.connected) this.#child.send(request, () => {});
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#child.off('message', listen).off('close', fail);
    }
  }

  async stop(): Promise<void> {
    if (this.isAlive) this.#child.kill('SIGKILL');
    await this.#closed;
  }

  #endError(path: string): Error {
    const { exitCode, signalCode } = this.#child;
    const lastWords = this.#output.trim().replace(/\s+/g, ' ');
    const reason = `${signalCode ?? `exit code ${exitCode}`}${lastWords && `: ${lastWords}`}`;
    if (!this.#isReady) return new Error(`A decoder could not start (${reason})`);
    return new AudioError('CRASHED', `The worker process died over ${path} (${reason})`);
  }
}

function timeoutError(path: string, seconds: number): AudioError {
  return new AudioError(
    'TIMEOUT',
    `Expected an answer within ${seconds} s for ${path} but it took longer`,
  );
}
