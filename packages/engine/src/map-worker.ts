/** Computes the map in a thread of its own, so that the process goes on answering. */
import { parentPort, workerData } from 'node:worker_threads';
import { type CatalogueInput, createCatalogue, libraryMap } from '@consonance/recommender';
import type { MapMessage } from './map-job.ts';

const tell = (message: MapMessage) => parentPort!.postMessage(message);
const points = libraryMap(createCatalogue(workerData as CatalogueInput), {
  onProgress: (fraction) => tell({ fraction }),
});
tell({ points });
