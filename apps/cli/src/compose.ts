/** The wiring: the only file that knows the concrete parts. */
import { availableParallelism } from 'node:os';
import { AudioWorkerPool } from '@consonance/audio';
import { type AnalyzeOptions, type Library, openLibrary, type Track } from '@consonance/library';
import { defaultModelDirectory, type Embedder, readModel, startEmbedder } from '@consonance/models';
import { type Catalogue, createCatalogue } from '@consonance/recommender';
import { createProgressDisplay } from './progress.ts';

export interface App {
  library: Library;
  /** Id of the model whose embeddings are used. */
  modelId: string;
  /** Scans and analyses; shows progress on standard error; stops in good order on Ctrl-C. */
  analyze(paths: readonly string[], options?: { retryFailures?: boolean }): Promise<AnalysisResult>;
  catalogue(): Promise<Catalogue>;
  music(): Promise<Music>;
}

/** The analysed songs: what they sound like, and what is known about them besides. */
export interface Music {
  catalogue: Catalogue;
  /** One per row of the catalogue. */
  tracks: readonly Track[];
  /** The same by id. */
  trackOf: ReadonlyMap<string, Track>;
}

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

/** Opens the library, runs `work`, closes everything. */
export async function withApp<T>(
  dataDirectory: string,
  work: (app: App) => Promise<T>,
): Promise<T> {
  const library = await openLibrary({ dataDirectory });
  try {
    const { modelId } = await readModel(defaultModelDirectory);
    return await work({
      library,
      modelId,
      analyze: (paths, options) => analyze(library, paths, options),
      catalogue: () => readCatalogue(library, modelId),
      music: () => readMusic(library, modelId),
    });
  } finally {
    await library.close();
  }
}

async function readCatalogue(library: Library, modelId: string): Promise<Catalogue> {
  const known = (await library.models()).some((model) => model.modelId === modelId);
  if (known) return createCatalogue(await library.features(modelId));
  const { dimensions, labels } = await readModel(defaultModelDirectory);
  const nothing = new Float32Array();
  return createCatalogue({ ids: [], embeddings: nothing, dimensions, labels, genres: nothing });
}

async function readMusic(library: Library, modelId: string): Promise<Music> {
  const catalogue = await readCatalogue(library, modelId);
  const tracks = await library.getTracks(catalogue.ids);
  return { catalogue, tracks, trackOf: new Map(tracks.map((track) => [track.id, track])) };
}

async function analyze(
  library: Library,
  paths: readonly string[],
  { retryFailures = false }: { retryFailures?: boolean } = {},
): Promise<AnalysisResult> {
  const started = performance.now();
  const { signal, release } = abortOnSignals();
  try {
    const scan = await library.scan(paths, { signal });
    const { analysed, reused, failed } = await analyzePending(library, {
      within: paths,
      retryFailures,
      signal,
    });
    return {
      found: scan.found,
      analysed,
      reused,
      failed,
      unchanged: scan.found - analysed - reused - failed,
      vanished: scan.vanished,
      seconds: (performance.now() - started) / 1000,
      aborted: signal.aborted,
      problems: scan.problems,
    };
  } finally {
    release();
  }
}

/** Starts decoders and TensorFlow with the first file that needs them: often there is none. */
async function analyzePending(
  library: Library,
  options: Omit<AnalyzeOptions, 'audio' | 'embedder'>,
) {
  const model = await readModel(defaultModelDirectory);
  const display = createProgressDisplay();
  let pool: AudioWorkerPool | undefined;
  let embedder: Promise<Embedder> | undefined;
  const start = () => {
    embedder ??= startEmbedder(defaultModelDirectory);
    return (pool ??= new AudioWorkerPool({
      workers: availableParallelism(),
      frontEnd: model.frontEnd,
    }));
  };
  try {
    return await library.analyze({
      ...options,
      audio: { analyze: (path) => start().analyze(path) },
      embedder: {
        ...model,
        embed: async (tracks) => (await embedder!).embed(tracks),
        close: async () => {},
      },
      onProgress: (progress) => display.update(progress),
    });
  } finally {
    display.stop();
    await pool?.close();
    await (await embedder)?.close();
  }
}

/** The first Ctrl-C finishes what is in flight; the second ends the process at once. */
function abortOnSignals(): { signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(130);
    console.error('\nStopping after the files in flight; press Ctrl-C again to stop at once.');
    controller.abort();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return {
    signal: controller.signal,
    release: () => void process.off('SIGINT', stop).off('SIGTERM', stop),
  };
}
