import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { rm, utimes } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { AudioWorkerPool, type Mel, removeMels } from '@consonance/audio';
import {
  type AnalysisProgress,
  type AnalyzeOptions,
  type Library,
  type ScanCounts,
  type WorkOptions,
  analysisTraceSetting,
  traced,
  traceHeaders,
} from '@consonance/library';
import type { Embedder } from '@consonance/models';
import type { CurrentModel } from './model.ts';

export interface AnalysisResult {
  found: number;
  analysed: number;
  reused: number;
  failed: number;
  unchanged: number;
  vanished: number;
  seconds: number;
  aborted: boolean;
  problems: { path: string; message: string }[];
}

export interface AnalysisOptions extends Pick<AnalyzeOptions, 'within' | 'retryFailures'> {
  /** Processes that decode; one a core by default. */
  workers?: number;
  /** Of all processes that take part, from 0 (default) to 19: how much they stand back. */
  niceness?: number;
  /** Finishes and keeps what is in flight, then returns. */
  signal?: AbortSignal;
  onScan?: (counts: Readonly<ScanCounts>, path: string) => void;
  onProgress?: (progress: AnalysisProgress) => void;
  /** Called with the ids of tracks that are no longer what they were. */
  onChange?: (trackIds: readonly string[]) => void;
}

/**
 * Scans these files and folders and analyses what is new or changed in them, or everything that is
 * pending in `within`.
 *
 * @throws LibraryError ANALYSIS_STOPPED
 */
export const analyzePaths = (
  library: Library,
  model: CurrentModel,
  paths: readonly string[],
  options: AnalysisOptions,
): Promise<AnalysisResult> =>
  traced('analysis', { 'consonance.model_id': model.modelId }, async (span) => {
    if (!span || !library.isShared) return scanAndAnalyze(library, model, paths, options);
    await library.saveSetting(analysisTraceSetting, traceHeaders());
    try {
      return await scanAndAnalyze(library, model, paths, options);
    } finally {
      // An error of the analysis says more than one over this.
      await library.saveSetting(analysisTraceSetting, {}).catch(() => {});
    }
  });

async function scanAndAnalyze(
  library: Library,
  model: CurrentModel,
  paths: readonly string[],
  { onScan, ...options }: AnalysisOptions,
): Promise<AnalysisResult> {
  const started = performance.now();
  const { signal, onChange } = options;
  const scan = await traced('scan', {}, () =>
    library.scan(paths, {
      ...(signal && { signal }),
      ...(onScan && { onProgress: onScan }),
      ...(onChange && { onChange }),
    }),
  );
  const { analysed, reused, failed } = await analyzePending(library, model, options);
  return {
    found: scan.found,
    analysed,
    reused,
    failed,
    unchanged: scan.found - analysed - reused - failed,
    vanished: scan.vanished,
    seconds: (performance.now() - started) / 1000,
    aborted: signal?.aborted === true,
    problems: scan.problems,
  };
}

const analyzePending = (
  library: Library,
  model: CurrentModel,
  { workers, niceness, ...options }: Omit<AnalysisOptions, 'onScan'>,
): Promise<AnalysisProgress> =>
  library.isShared
    ? workOnQueue(library, model, { ...options, workers, niceness, untilEmpty: true })
    : withAnalysers(model, { workers, niceness }, (analysers) =>
        library.analyze({ ...options, ...analysers }),
      );

export interface QueueOptions extends Omit<WorkOptions, 'audio' | 'embedder' | 'concurrency'> {
  /** Processes that decode; one a core by default. */
  workers?: number | undefined;
  /** Of all processes that take part, from 0 (default) to 19: how much they stand back. */
  niceness?: number | undefined;
}

/** Analyses what is pending together with the workers of other processes and machines. */
export const workOnQueue = (
  library: Library,
  model: CurrentModel,
  { workers = availableParallelism(), niceness, ...options }: QueueOptions,
): Promise<AnalysisProgress> =>
  withAnalysers(model, { workers, niceness }, (analysers) =>
    // Twice as many files as decoders: one is decoded while another is embedded and stored.
    library.work({ ...options, ...analysers, concurrency: 2 * workers }),
  );

const spectrogramPrefix = 'consonance-spectrograms-';
const leftoverMilliseconds = 24 * 3600 * 1000;
/** A worker may wait for days: so often its folder is marked as in use. */
const markMilliseconds = 3600 * 1000;

/** Removes what processes left that were killed long ago. */
function makeSpectrogramFolder(): string {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(spectrogramPrefix)) continue;
    const folder = path.join(tmpdir(), name);
    try {
      const age = Date.now() - statSync(folder).mtimeMs;
      if (age > leftoverMilliseconds) rmSync(folder, { recursive: true });
    } catch {
      // Gone meanwhile, or somebody else's.
    }
  }
  return mkdtempSync(path.join(tmpdir(), spectrogramPrefix));
}

/** Starts decoders and the model with the first file that needs them: often there is none. */
async function withAnalysers<T>(
  model: CurrentModel,
  {
    workers = availableParallelism(),
    niceness = 0,
  }: { workers: number | undefined; niceness: number | undefined },
  work: (analysers: Pick<AnalyzeOptions, 'audio' | 'embedder'>) => Promise<T>,
): Promise<T> {
  interface Started {
    pool: AudioWorkerPool;
    embedder: Promise<Embedder<Mel>>;
    /** Of spectrograms on their way from a decoder to the model. */
    folder: string;
    marking: NodeJS.Timeout;
  }
  let started: Started | undefined;
  const { modelId, frontEnd, dimensions, labels } = model;
  const start = (): Started => {
    if (started) return started;
    const folder = makeSpectrogramFolder();
    const embedder = model.start({ niceness });
    // Its failure is met by the first call of embed; until then nobody waits for it.
    embedder.catch(() => {});
    const pool = new AudioWorkerPool({ workers, niceness, frontEnd, outputDirectory: folder });
    const mark = () => utimes(folder, new Date(), new Date()).catch(() => {});
    const marking = setInterval(mark, markMilliseconds).unref();
    return (started = { pool, embedder, folder, marking });
  };
  try {
    return await work({
      audio: {
        analyze(file) {
          const { pool, folder } = start();
          return pool.analyzeInto(file, path.join(folder, randomUUID()));
        },
      },
      embedder: {
        modelId,
        frontEnd,
        dimensions,
        labels,
        async embed(tracks) {
          const embeddings = await (await start().embedder).embed(tracks);
          // Where it fails, the same tracks may come once more.
          await removeMels(tracks.flat());
          return embeddings;
        },
        close: async () => {},
      },
    });
  } finally {
    await started?.pool.close();
    await (await started?.embedder.catch(() => undefined))?.close();
    clearInterval(started?.marking);
    if (started) await rm(started.folder, { recursive: true, force: true });
  }
}
