import { Worker } from 'node:worker_threads';
import type { Catalogue, MapPoint } from '@consonance/recommender';
import type { Collection } from './collection.ts';

export interface MapProgress {
  state: 'idle' | 'computing';
  /** Of the work, in [0, 1]. */
  fraction: number;
  /** Why the last map was not finished. */
  error: string | null;
}

export type MapMessage = { points: MapPoint[] } | { fraction: number };

/** The map of a catalogue, computed in a thread that ends with the signal. */
export function computeMap(
  { ids, embeddings, dimensions, labels, genres }: Catalogue,
  { onProgress, signal }: { onProgress?: (fraction: number) => void; signal?: AbortSignal } = {},
): Promise<MapPoint[]> {
  signal?.throwIfAborted();
  const worker = new Worker(new URL('./map-worker.ts', import.meta.url), {
    workerData: { ids, embeddings, dimensions, labels, genres },
  });
  signal?.addEventListener('abort', () => void worker.terminate());
  return new Promise((resolve, reject) => {
    worker.on('message', (message: MapMessage) => {
      if ('points' in message) resolve(message.points);
      else onProgress?.(message.fraction);
    });
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`The map's thread ended with code ${code}.`)));
  });
}

type Mapped = Pick<Collection, 'modelId' | 'catalogue'>;

/** One map at a time, watched from outside. */
export class MapJob {
  readonly #save: (modelId: string, points: MapPoint[]) => Promise<void>;
  readonly #watchers = new Set<(progress: MapProgress) => void>();
  #progress: MapProgress = { state: 'idle', fraction: 0, error: null };
  #running: { modelId: string; points: Promise<MapPoint[]> } | undefined;
  readonly #controller = new AbortController();

  constructor(save: (modelId: string, points: MapPoint[]) => Promise<void>) {
    this.#save = save;
  }

  get progress(): MapProgress {
    return this.#progress;
  }

  /** @returns the function that ends the watch */
  watch(watcher: (progress: MapProgress) => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  /** Computes and saves a map; while one of the same model is computed, that one. */
  compute(collection: Mapped): Promise<MapPoint[]> {
    const { modelId } = collection;
    if (this.#running?.modelId === modelId) return this.#running.points;
    const before = Promise.resolve(this.#running?.points).catch(() => {});
    const points = before.then(() => this.#run(collection));
    const running = { modelId, points };
    this.#running = running;
    return points.finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
  }

  /** The same in the background: `progress` tells how it goes. */
  start(collection: Mapped): void {
    this.compute(collection).catch(() => {});
  }

  async close(): Promise<void> {
    this.#controller.abort();
    await this.#running?.points.catch(() => {});
  }

  async #run({ modelId, catalogue }: Mapped): Promise<MapPoint[]> {
    this.#show({ state: 'computing', fraction: 0, error: null });
    try {
      const { signal } = this.#controller;
      const onProgress = (fraction: number) => this.#show({ fraction });
      const points = await computeMap(catalogue, { onProgress, signal });
      await this.#save(modelId, points);
      this.#show({ state: 'idle', fraction: 1 });
      return points;
    } catch (cause) {
      this.#show({ state: 'idle', error: cause instanceof Error ? cause.message : String(cause) });
      throw cause;
    }
  }

  #show(change: Partial<MapProgress>): void {
    this.#progress = { ...this.#progress, ...change };
    for (const watcher of this.#watchers) watcher(this.#progress);
  }
}
