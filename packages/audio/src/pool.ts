import { tmpdir } from 'node:os';
import { resolve, sep } from 'node:path';
import { AudioError, AudioOptionError, expected } from './errors.ts';
import { checkField, checkKeys, isAtLeast, isPositiveInteger } from './errors.ts';
import type { TrackAudio } from './analyze.ts';
import { validateFrontEnd, type FrontEnd } from './front-end.ts';
import type { Jobs, Request } from './messages.ts';
import type { Mel } from './stored-mel.ts';
import { WorkerProcess } from './worker-process.ts';

const defaultTimeoutSeconds = 120;
const longestTimeoutSeconds = 86_400;

export interface AudioWorkerPoolOptions {
  /** Processes, and so files, at a time. */
  workers: number;
  frontEnd: FrontEnd;
  /** For one file. Default: 120. */
  timeoutSeconds?: number;
  /** Of the processes, from 0 (default) to 19: how much they stand back behind other work. */
  niceness?: number;
  /** The only folder that the processes may write to; has to exist, and may not be replaced. Default: none. */
  outputDirectory?: string;
}

interface Job {
  request: Request;
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/**
 * Work on audio files in child processes that may die alone: a file that crashes a new worker rejects with
 * CRASHED (one over which a used worker dies is tried again in a new one), one that takes too long with TIMEOUT,
 * and the next file gets a new worker. Where a worker cannot even start, no file is to blame: the call rejects
 * with an error that is no AudioError. They open no socket, signal nobody and write to one folder at most, where
 * the system can forbid it (see `confinement`). Files are taken in the order of the calls. Workers start when first needed, take
 * 150 to 200 MB each and keep the process alive until `close`; they end when the process does.
 */
export class AudioWorkerPool {
  readonly #workers: number;
  readonly #frontEnd: FrontEnd;
  readonly #timeoutSeconds: number;
  readonly #niceness: number;
  readonly #outputDirectory: string | undefined;
  readonly #queue: Job[] = [];
  #idle: WorkerProcess[] = [];
  readonly #busy = new Set<WorkerProcess>();
  #closed = false;

  /** @throws AudioOptionError */
  constructor(options: AudioWorkerPoolOptions) {
    const names = ['workers', 'frontEnd', 'timeoutSeconds', 'niceness', 'outputDirectory'];
    checkKeys(options, 'options', names);
    const { workers, frontEnd, timeoutSeconds = defaultTimeoutSeconds, niceness = 0 } = options;
    const { outputDirectory } = options;
    const resolved = { workers, frontEnd, timeoutSeconds, niceness, outputDirectory };
    checkField(resolved, 'options', 'workers', 'a positive integer', isPositiveInteger);
    checkField(
      resolved,
      'options',
      'timeoutSeconds',
      `a time above 0, at most ${longestTimeoutSeconds} s,`,
      (value) => isAtLeast(0.001)(value) && (value as number) <= longestTimeoutSeconds,
    );
    checkField(
      resolved,
      'options',
      'niceness',
      'an integer from 0 to 19',
      (value) => Number.isInteger(value) && isAtLeast(0)(value) && (value as number) <= 19,
    );
    checkField(
      resolved,
      'options',
      'outputDirectory',
      'a path',
      (value) => value === undefined || (typeof value === 'string' && value !== ''),
    );
    this.#workers = workers;
    this.#frontEnd = validateFrontEnd(frontEnd);
    this.#timeoutSeconds = timeoutSeconds;
    this.#niceness = niceness;
    this.#outputDirectory = outputDirectory;
  }

  /** See analyzeFile. @throws AudioError, as all that follow */
  analyze(path: string) {
    return this.#do('analyze', path, { frontEnd: this.#frontEnd });
  }

  /**
   * As `analyze`, but the spectrograms go to `target`, a file in the output directory, for another process to read
   * (see readMels): through this one they would take more time than decoding an MP3.
   */
  async analyzeInto(path: string, target: string): Promise<TrackAudio<Mel>> {
    this.#checkTarget(target);
    const audio = await this.#do('analyzeInto', path, { frontEnd: this.#frontEnd, target });
    // Whatever a decoder says that was taken over by a file: what is read and deleted is the target.
    const windows = audio.windows.map(({ startSeconds, mel }) => ({
      startSeconds,
      mel: mel instanceof Float32Array ? mel : { ...mel, file: target },
    }));
    return { ...audio, windows };
  }

  /** Container and codec, by the file's content. */
  format(path: string) {
    return this.#do('format', path, {});
  }

  /** Writes the sound of `path` to `target`, in the output directory, in another format. See transcode. */
  transcode(path: string, options: Jobs['transcode']['options']) {
    this.#checkTarget(options.target);
    return this.#do('transcode', path, options);
  }

  /** The cover as JPEG, at most `size` pixels wide and high; undefined where there is none. */
  cover(path: string, size: number) {
    return this.#do('cover', path, { size });
  }

  /** The whole track's mel spectrogram as PNG. See melSpectrogramImage. */
  spectrogram(path: string, frontEnd: FrontEnd) {
    return this.#do('spectrogram', path, { frontEnd });
  }

  /** The outline of the waveform. See waveformPeaks. */
  peaks(path: string) {
    return this.#do('peaks', path, {});
  }

  /** Writes an excerpt to `target`, as loud as every other one. See writeClip. */
  clip(path: string, options: Jobs['clip']['options']) {
    this.#checkTarget(options.target);
    return this.#do('clip', path, options);
  }

  /** Writes `seconds` of a sound to set the volume by to `target`, as loud as every clip. */
  soundCheck(target: string, seconds: number) {
    this.#checkTarget(target);
    return this.#do('soundCheck', target, { seconds });
  }

  /** What the processes can do on this system though they need not, by trying it. */
  confinement() {
    return this.#do('confinement', tmpdir(), {});
  }

  #checkTarget(target: string): void {
    const directory = this.#outputDirectory;
    const inside = directory !== undefined && resolve(target).startsWith(resolve(directory) + sep);
    if (inside) return;
    const what = `a path in the output directory ${directory}`;
    throw new AudioOptionError('INVALID_OPTION', expected(what, 'target', target));
  }

  #do<Name extends keyof Jobs>(
    job: Name,
    path: string,
    options: Jobs[Name]['options'],
  ): Promise<Jobs[Name]['result']> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(closedError(path));
      const request = { job, path, options } as Request;
      this.#queue.push({ request, resolve: resolve as (result: unknown) => void, reject });
      this.#startNext();
    });
  }

  /** Ends the workers; files that are not finished reject with CRASHED. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { request, reject } of this.#queue.splice(0)) reject(closedError(request.path));
    await Promise.all([...this.#idle, ...this.#busy].map((worker) => worker.stop()));
  }

  #startNext(): void {
    while (!this.#closed && this.#queue.length > 0 && this.#busy.size < this.#workers) {
      this.#idle = this.#idle.filter(({ isAlive }) => isAlive);
      this.#give(this.#queue.shift()!, this.#idle.pop());
    }
  }

  /** To a new worker where none is given. */
  #give(job: Job, idle?: WorkerProcess): void {
    let worker: WorkerProcess;
    try {
      worker = idle ?? new WorkerProcess(this.#niceness, this.#outputDirectory);
    } catch (cause) {
      return job.reject(new Error(`A decoder could not start (${String(cause)})`, { cause }));
    }
    void this.#run(worker, job);
  }

  async #run(worker: WorkerProcess, job: Job): Promise<void> {
    const { request, resolve, reject } = job;
    const { isNew } = worker;
    this.#busy.add(worker);
    try {
      const response = await worker.run(request, this.#timeoutSeconds);
      this.#idle.push(worker);
      if ('result' in response) resolve(response.result);
      else reject(new AudioError(response.code, response.message));
    } catch (error) {
      const isCrash = error instanceof AudioError && error.code === 'CRASHED';
      if (this.#closed) reject(closedError(request.path));
      else if (isNew || !isCrash) reject(error as Error);
      // An earlier file may have left what ended it, or its end was under way: only a new process tells.
      else this.#give(job);
    } finally {
      this.#busy.delete(worker);
      this.#startNext();
    }
  }
}

function closedError(path: string): AudioError {
  return new AudioError('CRASHED', `Expected an open worker pool for ${path} but it was closed`);
}
