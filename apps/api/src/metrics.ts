import { type Consonance, collectionStatus } from '@consonance/engine';
import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { queueMetrics } from './queue-metrics.ts';
import { requireUser } from './security/index.ts';

const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

export interface Metrics {
  /** A procedure of the tRPC router has answered. */
  observeProcedure(procedure: string, ok: boolean, seconds: number): void;
}

/** /metrics in Prometheus' text format: requests, procedures, files, analysis, queue, and the process. */
export function addMetrics(app: FastifyInstance, consonance: Consonance): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time to answer a request, by route and status',
    labelNames: ['method', 'route', 'status'],
    buckets,
    registers,
  });
  const procedures = new Histogram({
    name: 'consonance_procedure_duration_seconds',
    help: 'Time of a tRPC procedure',
    labelNames: ['procedure', 'ok'],
    buckets,
    registers,
  });
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  const { analysis } = consonance;
  gauge('consonance_analysis_running', '1 while an analysis runs', () => +analysis.isRunning);
  gauge('consonance_analysis_files', 'Files of this analysis', () => analysis.progress.total);
  gauge('consonance_analysis_done', 'Those that are done', () => analysis.progress.done);
  gauge('consonance_analysis_failed', 'Those that failed', () => analysis.progress.failed);
  new Gauge({
    name: 'consonance_files',
    help: 'Files of the library, by what the current model has made of them',
    labelNames: ['status'],
    registers,
    async collect() {
      const { analysed, pending, failed } = collectionStatus(await consonance.music());
      for (const [status, files] of Object.entries({ analysed, pending, failed })) {
        this.set({ status }, files);
      }
    },
  });
  queueMetrics(registry, consonance.library, () => consonance.modelId);

  app.addHook('onResponse', async (request, reply) => {
    requests.observe(
      {
        method: request.method,
        route: request.routeOptions.url ?? 'unknown',
        status: reply.statusCode,
      },
      reply.elapsedTime / 1000,
    );
  });
  app.get('/metrics', { preHandler: requireUser }, async (_, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
  return {
    observeProcedure: (procedure, ok, seconds) =>
      procedures.observe({ procedure, ok: String(ok) }, seconds),
  };
}
