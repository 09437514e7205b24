import { type Library, type QueueStatus, recentSeconds } from '@consonance/library';
import { Gauge, type Registry } from 'prom-client';

/** The queue of the workers, read once a scrape; nothing as long as there never was a worker. */
export function queueMetrics(registry: Registry, library: Library, modelId: () => string): void {
  let reading: Promise<QueueStatus | undefined> | undefined;
  const read = () =>
    (reading ??= library.queueStatus(modelId()).finally(() => (reading = undefined)));
  const gauge = (
    name: string,
    help: string,
    label: string,
    values: (status: QueueStatus) => Record<string, number | null>,
  ) =>
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [registry],
      async collect() {
        this.reset();
        const status = await read();
        for (const [key, value] of Object.entries(status ? values(status) : {})) {
          if (value !== null) this.set({ [label]: key }, value);
        }
      },
    });
  gauge(
    'consonance_queue_jobs',
    `Jobs that wait, wait again after a problem, are in a worker, or were completed in ${recentSeconds} s`,
    'state',
    ({ waiting, retrying, active, completed }) => ({ waiting, retrying, active, completed }),
  );
  gauge(
    'consonance_queue_job_seconds',
    `Time in a worker of the jobs completed in the last ${recentSeconds} s`,
    'quantile',
    ({ medianSeconds, p95Seconds }) => ({ '0.5': medianSeconds, '0.95': p95Seconds }),
  );
}
