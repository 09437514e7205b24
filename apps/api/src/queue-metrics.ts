import { type Library, type QueueStatus, recentSeconds } from '@consonance/library';
import { Gauge, type LabelValues, type Registry } from 'prom-client';

/** The queue of the workers, read once a scrape; nothing as long as there never was a worker. */
export function queueMetrics(registry: Registry, library: Library, modelId: () => string): void {
  let reading: Promise<QueueStatus | undefined> | undefined;
  const read = () =>
    (reading ??= library.queueStatus(modelId()).finally(() => (reading = undefined)));
  const gauge = (
    name: string,
    help: string,
    labelNames: string[],
    values: (status: QueueStatus) => [LabelValues<string>, number | null][],
  ) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      async collect() {
        this.reset();
        const status = await read();
        for (const [labels, value] of status ? values(status) : []) {
          if (value !== null) this.set(labels, value);
        }
      },
    });
  gauge(
    'consonance_queue_jobs',
    'Jobs that wait, wait again after a problem, or are in a worker',
    ['state'],
    ({ waiting, retrying, active }) => [
      [{ state: 'waiting' }, waiting],
      [{ state: 'retrying' }, retrying],
      [{ state: 'active' }, active],
    ],
  );
  gauge(
    'consonance_queue_completed_jobs',
    `Jobs completed in the last ${recentSeconds} s`,
    [],
    ({ completed }) => [[{}, completed]],
  );
  gauge(
    'consonance_queue_job_seconds',
    `Time in a worker of the jobs completed in the last ${recentSeconds} s`,
    ['quantile'],
    ({ medianSeconds, p95Seconds }) => [
      [{ quantile: '0.5' }, medianSeconds],
      [{ quantile: '0.95' }, p95Seconds],
    ],
  );
}
