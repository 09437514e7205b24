import { Worker } from 'node:worker_threads';
import type { SimilarityStatistics, Space } from '@consonance/recommender';

/** The similarity statistics of a space, computed in a thread: a large library takes a second. */
export function statisticsOf(space: Space): Promise<SimilarityStatistics> {
  const worker = new Worker(new URL('./hub-worker.ts', import.meta.url), { workerData: space });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`The thread ended with code ${code}.`)));
  });
}
