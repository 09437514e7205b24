import type { AnalysisProgress, Library } from '@consonance/library';
import { type JobProgress, idle, reportsTo, tellMilliseconds, tellOthers } from './analysis-job.ts';
import type { AnalysisOptions } from './analysis.ts';

type Reports = Pick<AnalysisOptions, 'onScan' | 'onProgress'>;

/**
 * Runs an analysis that no AnalysisJob runs, and tells the other processes on the same database how far it is.
 * A worker that waits for more is idle, and begins to count anew with what comes.
 */
export async function telling<T>(
  library: Library,
  reports: Reports,
  analyse: (reports: Required<Reports>) => Promise<T>,
): Promise<T> {
  let progress: JobProgress = idle;
  let told = idle;
  const show = reportsTo((change) => (progress = { ...progress, ...change }));
  const tell = () => {
    if (progress === told) return;
    tellOthers(library, progress);
    told = progress;
  };
  const timer = setInterval(tell, tellMilliseconds).unref();
  let before = { total: 0, done: 0, failed: 0 };
  try {
    return await analyse({
      onScan(counts, path) {
        progress = { ...progress, state: 'scanning' };
        show.onScan(counts, path);
        reports.onScan?.(counts, path);
      },
      onProgress(all) {
        reports.onProgress?.(all);
        const isWaiting = all.done === all.total;
        if (isWaiting && progress.state === 'idle') return;
        show.onProgress(since(before, all));
        if (isWaiting) {
          progress = { ...progress, state: 'idle', endedAt: new Date().toISOString() };
          before = all;
        }
      },
    });
  } finally {
    clearInterval(timer);
    if (progress !== idle) {
      const endedAt = new Date().toISOString();
      progress = { ...progress, state: 'idle', filesPerSecond: 0, etaSeconds: null, endedAt };
    }
    tell();
  }
}

const since = (
  before: Pick<AnalysisProgress, 'done' | 'failed'>,
  now: AnalysisProgress,
): AnalysisProgress => ({
  ...now,
  total: now.total - before.done,
  done: now.done - before.done,
  failed: now.failed - before.failed,
});
