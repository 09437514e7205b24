/** Measures in a thread of its own how near everything each song is: the process goes on answering. */
import { parentPort, workerData } from 'node:worker_threads';
import { similarityStatistics, type Space } from '@consonance/recommender';

parentPort!.postMessage(similarityStatistics(workerData as Space));
