import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Library, WorkOptions } from '@consonance/library';
import { Counter, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { queueMetrics } from './queue-metrics.ts';

const buckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

export interface WorkerMetrics extends AsyncDisposable {
  /** To be given to the work. */
  onJob: NonNullable<WorkOptions['onJob']>;
  onFile(failure: string | undefined): void;
  /** Where they are served. */
  url: string;
}

/** http://127.0.0.1:port/metrics in Prometheus' text format: this worker, and the queue of all. */
export async function serveWorkerMetrics(
  library: Library,
  modelId: () => string,
  { host, port }: { host: string; port: number },
): Promise<WorkerMetrics> {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  queueMetrics(registry, library, modelId);
  const files = new Counter({
    name: 'consonance_worker_files_total',
    help: 'Files of this worker, by outcome: analysed or failed',
    labelNames: ['outcome'],
    registers,
  });
  const jobs = new Counter({
    name: 'consonance_worker_jobs_total',
    help: 'Jobs of this worker, by outcome: completed, or retried after a problem',
    labelNames: ['outcome'],
    registers,
  });
  const seconds = new Histogram({
    name: 'consonance_worker_job_duration_seconds',
    help: 'Time of a job in this worker',
    buckets,
    registers,
  });
  const waited = new Histogram({
    name: 'consonance_worker_job_wait_seconds',
    help: 'Time of a job in the queue before',
    buckets,
    registers,
  });
  for (const outcome of ['analysed', 'failed']) files.inc({ outcome }, 0);
  for (const outcome of ['completed', 'retried']) jobs.inc({ outcome }, 0);

  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
      (error: Error) => response.writeHead(500).end(error.message),
    );
  });
  server.listen(port, host);
  await once(server, 'listening');
  const { port: listening } = server.address() as { port: number };
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${listening}/metrics`,
    onJob(job) {
      jobs.inc({ outcome: job.isCompleted ? 'completed' : 'retried' });
      seconds.observe(job.seconds);
      waited.observe(job.waitedSeconds);
    },
    onFile: (failure) => files.inc({ outcome: failure === undefined ? 'analysed' : 'failed' }),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
