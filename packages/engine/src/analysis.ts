import { availableParallelism } from 'node:os';
import { AudioWorkerPool } from '@consonance/audio';
import type { AnalysisProgress, AnalyzeOptions, Library, ScanCounts } from '@consonance/library';
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
export async function analyzePaths(
  library: Library,
  model: CurrentModel,
  paths: readonly string[],
  { onScan, ...options }: AnalysisOptions,
): Promise<AnalysisResult> {
  const started = performance.now();
  const { signal, onChange } = options;
  const scan = await library.scan(paths, {
    ...(signal && { signal }),
    ...(onScan && { onProgress: onScan }),
    ...(onChange && { onChange }),
  });
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

/** Starts decoders and the model with the first file that needs them: often there is none. */
async function analyzePending(
  library: Library,
  model: CurrentModel,
  { workers = availableParallelism(), ...options }: Omit<AnalysisOptions, 'onScan'>,
): Promise<AnalysisProgress> {
  let pool: AudioWorkerPool | undefined;
  let embedder: Promise<Embedder> | undefined;
  const start = () => {
    embedder ??= model.start();
    // Its failure is met by the first call of embed; until then nobody waits for it.
    embedder.catch(() => {});
    return (pool ??= new AudioWorkerPool({ workers, frontEnd: model.frontEnd }));
  };
  const { modelId, frontEnd, dimensions, labels } = model;
  try {
    return await library.analyze({
      ...options,
      audio: { analyze: (path) => start().analyze(path) },
      embedder: {
        ...{ modelId, frontEnd, dimensions, labels },
        embed: async (tracks) => (await embedder!).embed(tracks),
        close: async () => {},
      },
    });
  } finally {
    await pool?.close();
    await (await embedder?.catch(() => undefined))?.close();
  }
}
