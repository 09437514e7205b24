import type { TrackAudio } from './analyze.ts';
import { AudioError, checkField, checkKeys, isAtLeast, isPositiveInteger } from './errors.ts';
import { validateFrontEnd, type FrontEnd } from './front-end.ts';
import { WorkerProcess } from './worker-process.ts';

const defaultTimeoutSeconds = 120;
const longestTimeoutSeconds = 86_400;

export interface AudioWorkerPoolOptions {
  /** Processes, and so files, at a time. */
  workers: number;
  frontEnd: FrontEnd;
  /** For one file. Default: 120. */
  timeoutSeconds?: number;
}

interface Job {
  path: string;
  resolve(track: TrackAudio): void;
  reject(error: AudioError): void;
}

/**
 * analyzeFile in child processes that may die alone: a file that crashes its worker rejects with
 * CRASHED, one that takes too long with TIMEOUT, and the next file gets a new worker. Files are
 * taken in the order of the calls. Workers start when first needed, take 150 to 200 MB each and keep
 * the process alive until `close`; they end when the process does.
 */
export class AudioWorkerPool {
  readonly #workers: number;
  readonly #frontEnd: FrontEnd;
  readonly #timeoutSeconds: number;
  readonly #queue: Job[] = [];
  #idle: WorkerProcess[] = [];
  readonly #busy = new Set<WorkerProcess>();
  #closed = false;

  /** @throws AudioOptionError */
  constructor(options: AudioWorkerPoolOptions) {
    checkKeys(options, 'options', ['workers', 'frontEnd', 'timeoutSeconds']);
    const { workers, frontEnd, timeoutSeconds = defaultTimeoutSeconds } = options;
    const resolved = { workers, frontEnd, timeoutSeconds };
    checkField(resolved, 'options', 'workers', 'a positive integer', isPositiveInteger);
    checkField(
      resolved,
      'options',
      'timeoutSeconds',
      `a time above 0, at most ${longestTimeoutSeconds} s,`,
      (value) => isAtLeast(0.001)(value) && (value as number) <= longestTimeoutSeconds,
    );
    this.#workers = workers;
    this.#frontEnd = validateFrontEnd(frontEnd);
    this.#timeoutSeconds = timeoutSeconds;
  }

  /** @throws AudioError */
  analyze(path: string): Promise<TrackAudio> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(closedError(path));
      this.#queue.push({ path, resolve, reject });
      this.#startNext();
    });
  }

  /** Ends the workers; files that are not finished reject with CRASHED. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { path, reject } of this.#queue.splice(0)) reject(closedError(path));
    await Promise.all([...this.#idle, ...this.#busy].map((worker) => worker.stop()));
  }

  #startNext(): void {
    while (!this.#closed && this.#queue.length > 0 && this.#busy.size < this.#workers) {
      this.#idle = this.#idle.filter(({ isAlive }) => isAlive);
      void this.#run(this.#idle.pop() ?? new WorkerProcess(), this.#queue.shift()!);
    }
  }

  async #run(worker: WorkerProcess, { path, resolve, reject }: Job): Promise<void> {
    this.#busy.add(worker);
    try {
      const response = await worker.analyze(
        { path, frontEnd: this.#frontEnd },
        this.#timeoutSeconds,
      );
      this.#idle.push(worker);
      if ('track' in response) resolve(response.track);
      else reject(new AudioError(response.code, response.message));
    } catch (error) {
      reject(error as AudioError);
    } finally {
      this.#busy.delete(worker);
      this.#startNext();
    }
  }
}

function closedError(path: string): AudioError {
  return new AudioError('CRASHED', `Expected an open worker pool for ${path} but it was closed`);
}
