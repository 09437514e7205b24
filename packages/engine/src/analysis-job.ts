import { basename } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import {
  type Library,
  type TraceHeaders,
  continueTrace,
  hasCode,
  messageOf,
  traceHeaders,
} from '@consonance/library';
import { type AnalysisOptions, type AnalysisResult, analyzePaths } from './analysis.ts';
import type { CurrentModel } from './model.ts';
import { readSettings } from './settings.ts';

export type AnalysisState = 'idle' | 'scanning' | 'analysing' | 'paused';

/** Counts of files, since the analysis that runs or ran last began. */
export interface JobProgress {
  state: AnalysisState;
  total: number;
  done: number;
  failed: number;
  filesPerSecond: number;
  etaSeconds: number | null;
  /** Name of the file done last. */
  currentFile: string | null;
  /** Why the last analysis stopped before its end. */
  error: string | null;
  /** ISO 8601. When the last one ended: it may have been too short for any other state to be told. */
  endedAt: string | null;
}

export const idle: JobProgress = {
  state: 'idle',
  total: 0,
  done: 0,
  failed: 0,
  filesPerSecond: 0,
  etaSeconds: null,
  currentFile: null,
  error: null,
  endedAt: null,
};

/** The name that the library keeps it under whether the analysis was paused. */
export const pausedSetting = 'analysisPaused';

/** How often the other processes are told how far the analysis is. */
export const tellMilliseconds = 1000;
/** One that has not told for so long no longer analyses. */
const silentMilliseconds = 10_000;
/** Longest error that is told, in characters: a message between processes is short. */
const longestTold = 1000;

/** Tells the other processes on the same database. */
export function tellOthers(library: Library, progress: JobProgress): void {
  const error = progress.error?.slice(0, longestTold) ?? null;
  library.announce({ kind: 'progress', progress: { ...progress, error } });
}

/** What an analysis reports, as changes of a progress. */
export const reportsTo = (
  show: (change: Partial<JobProgress>) => void,
): Required<Pick<AnalysisOptions, 'onScan' | 'onProgress'>> => ({
  onScan: ({ found }, path) => show({ total: found, currentFile: basename(path) }),
  onProgress: ({ total, done, failed, filesPerSecond, etaSeconds, file }) =>
    show({
      state: 'analysing',
      total,
      done,
      failed,
      filesPerSecond,
      etaSeconds,
      currentFile: file === undefined ? null : basename(file),
    }),
});

/** Before an analysis goes on whose database was away. */
const awayMilliseconds = 1000;

/** Whoever waits for an answer goes before what nobody waits for. */
const niceness = 10;

interface Request {
  /** Only these files; all folders, and whatever is pending, without. */
  paths?: readonly string[];
  retryFailures: boolean;
  /** Of whoever asked for it. */
  trace: TraceHeaders;
}

/**
 * The analysis as something that goes on in the background: one run at a time, started, paused and
 * watched from outside. Paused stays paused, also for the next process. Of several processes on one
 * database each may run one; who runs none shows how far another is.
 */
export class AnalysisJob {
  readonly #library: Library;
  readonly #model: () => CurrentModel;
  readonly #onChange: (trackIds: readonly string[]) => void;
  readonly #onEnd: () => Promise<void>;
  readonly #watchers = new Set<(progress: JobProgress) => void>();
  readonly #requests: Request[] = [];
  /** What is done as soon as the analysis under way has ended. */
  readonly #afterwards: (() => Promise<void>)[] = [];
  #current: Request | undefined;
  #progress = idle;
  #other: { sender: string; progress: JobProgress; silence: NodeJS.Timeout } | undefined;
  #result: AnalysisResult | undefined;
  #controller = new AbortController();
  #running: Promise<void> | undefined;
  #isClosed = false;
  /** How often it was paused. */
  #pauses = 0;

  /** @param onEnd what is still done before an analysis counts as over */
  constructor(
    library: Library,
    model: () => CurrentModel,
    onChange: (trackIds: readonly string[]) => void,
    onEnd: () => Promise<void>,
  ) {
    this.#library = library;
    this.#model = model;
    this.#onChange = onChange;
    this.#onEnd = onEnd;
  }

  get progress(): JobProgress {
    return this.isRunning || !this.#other ? this.#progress : this.#other.progress;
  }

  /** What the last analysis came to. */
  get result(): AnalysisResult | undefined {
    return this.#result;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** @returns the function that ends the watch */
  watch(watcher: (progress: JobProgress) => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  /** Scans all folders, or takes these files, as soon as what runs is done; ends a pause. */
  async start(request: Omit<Partial<Request>, 'trace'> = {}): Promise<void> {
    await this.#library.saveSetting(pausedSetting, false);
    this.#enqueue({ retryFailures: false, ...request });
  }

  /** Goes on where an earlier process was, unless it was paused. */
  async resume(): Promise<void> {
    const pauses = this.#pauses;
    const wasPaused = (await this.#library.setting(pausedSetting)) === true;
    // Paused while that was read: it may tell how it was before.
    if (wasPaused || this.#pauses !== pauses) this.#show({ state: 'paused' });
    else this.#enqueue({ retryFailures: false });
  }

  /**
   * Begins anew, as with another model; a pause stays a pause.
   *
   * @param between is done when what runs has ended, whatever comes then
   */
  restart(between?: () => Promise<void>): void {
    if (between) this.#afterwards.push(between);
    const isPausing = this.#controller.signal.aborted && this.#requests.length === 0;
    const isPaused = this.isRunning ? isPausing : this.#progress.state === 'paused';
    const asked = [...(this.#current ? [this.#current] : []), ...this.#requests];
    this.#stop();
    if (!isPaused) this.#enqueue({ retryFailures: asked.some((each) => each.retryFailures) });
  }

  /** The files in flight are still finished. */
  async pause(): Promise<void> {
    await this.#library.saveSetting(pausedSetting, true);
    this.#pauses++;
    this.#stop();
    if (!this.#running) this.#show({ ...idle, state: 'paused' });
  }

  /** Another process has paused the analysis, or ended the pause. */
  async followPause(): Promise<void> {
    const isPaused = (await this.#library.setting(pausedSetting)) === true;
    if (isPaused) {
      this.#pauses++;
      this.#stop();
    }
    if (!this.#running && isPaused !== (this.#progress.state === 'paused')) {
      this.#show({ state: isPaused ? 'paused' : 'idle' });
    }
  }

  /** Another process has told how far its analysis is. Of several, one is shown. */
  showOther(progress: JobProgress, sender: string): void {
    if (this.#other && this.#other.sender !== sender) return;
    clearTimeout(this.#other?.silence);
    if (progress.state === 'scanning' || progress.state === 'analysing') {
      const silence = setTimeout(() => {
        this.#other = undefined;
        this.#show({});
      }, silentMilliseconds).unref();
      this.#other = { sender, progress, silence };
      this.#show({});
    } else {
      this.#other = undefined;
      this.#show(this.isRunning ? {} : { ...progress, state: this.#progress.state });
    }
  }

  /** Resolves when nothing is left to do. */
  async finished(): Promise<void> {
    while (this.#running) await this.#running;
  }

  /** As a pause, but the next process goes on. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stop();
    await this.#running;
  }

  #stop(): void {
    this.#requests.length = 0;
    this.#controller.abort();
  }

  #enqueue(request: Omit<Request, 'trace'>): void {
    if (this.#isClosed) return;
    this.#requests.push({ ...request, trace: traceHeaders() });
    this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    let error: string | null = null;
    const telling = setInterval(
      () => tellOthers(this.#library, this.#progress),
      tellMilliseconds,
    ).unref();
    for (let request; (request = this.#requests.shift());) {
      this.#current = request;
      this.#controller = new AbortController();
      this.#show({ ...idle, state: 'scanning' });
      try {
        await continueTrace(request.trace, () => this.#analyze(request));
      } catch (cause) {
        const { signal } = this.#controller;
        if (hasCode(cause, 'DATABASE_AWAY') && !signal.aborted) {
          this.#requests.unshift(request);
          await wait(awayMilliseconds, undefined, { signal }).catch(() => {});
          continue;
        }
        error = messageOf(cause);
      }
      await this.#doAfterwards().catch((cause: unknown) => (error = messageOf(cause)));
      if (!this.#isClosed) await this.#onEnd();
    }
    clearInterval(telling);
    this.#current = undefined;
    this.#running = undefined;
    const state = this.#controller.signal.aborted ? 'paused' : 'idle';
    const endedAt = new Date().toISOString();
    this.#show({ state, filesPerSecond: 0, etaSeconds: null, error, endedAt });
    tellOthers(this.#library, this.#progress);
  }

  /** What fails, the database being away, is tried again after the next analysis. */
  async #doAfterwards(): Promise<void> {
    for (let step; (step = this.#afterwards[0]);) {
      await step();
      this.#afterwards.shift();
    }
  }

  async #analyze({ paths, retryFailures }: Request): Promise<void> {
    const roots = paths ?? (await this.#library.folders()).map(({ path }) => path);
    const { workers } = await readSettings(this.#library);
    const options: AnalysisOptions = {
      ...(paths && { within: paths }),
      retryFailures,
      workers,
      niceness,
      signal: this.#controller.signal,
      onChange: this.#onChange,
      ...reportsTo((change) => this.#show(change)),
    };
    this.#result = await analyzePaths(this.#library, this.#model(), roots, options);
  }

  #show(change: Partial<JobProgress>): void {
    this.#progress = { ...this.#progress, ...change };
    for (const watcher of this.#watchers) watcher(this.progress);
  }
}
