import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { type Db, type JobResult, type JobWithMetadata, PgBoss } from 'pg-boss';
import {
  type AnalyzeOptions,
  type GroupAnalysisOptions,
  NotLocatedError,
  type PendingFile,
  groupAnalysis,
  pendingFiles,
} from './analyze.ts';
import type { Database } from './database.ts';
import { recordFailure } from './failures.ts';
import { registerModel } from './features.ts';

/** Where pg-boss keeps its jobs. */
export type QueueDatabase = { connectionString: string } | { db: Db; backend: 'pglite' };

export interface WorkOptions
  extends
    Pick<AnalyzeOptions, 'audio' | 'embedder' | 'onChange'>,
    Pick<GroupAnalysisOptions, 'locate'> {
  /** Files under way at once. */
  concurrency: number;
  /** Ends when nothing is left to do, instead of waiting for more. */
  untilEmpty?: boolean;
  /** Finishes what is in flight, then returns. */
  signal?: AbortSignal;
  /** A file was stored (no failure), or could not be analysed. */
  onFile?: (path: string, failure: string | undefined) => void;
  /** A job has ended. */
  onJob?: (job: JobTimes) => void;
  /** A job did not come to an end and will be tried again, or the queue cannot be reached. */
  onProblem?: (error: unknown) => void;
}

export interface JobTimes {
  isCompleted: boolean;
  /** In the queue, since it was put there. */
  waitedSeconds: number;
  /** In this worker. */
  seconds: number;
}

/** What a job leaves to the next attempt. */
interface Handover {
  /** In how many attempts the worker lacked the file. */
  lacking: number;
}

/** One content, as the jobs of a model's queue name it. */
interface Content {
  contentHash: string;
}

const schema = 'consonance_jobs';
/** A worker that is not heard of for so long has lost its jobs to the others. */
const heartbeatSeconds = 15;
const superviseSeconds = 5;
const fileSeconds = 600;
/** A file whose analysis was begun so often without any result is set aside. */
const mostAttempts = 4;
/** Jobs fetched at a time: with one, pg-boss waits after each. */
const batchSize = 2;
const jobsAhead = 2000;
/** Looking for what is pending takes at most this share of the time. */
const topUpShare = 1 / 20;
const topUpMilliseconds = 1000;

const queueOf = (modelId: string) => `analysis-${modelId}`;

/**
 * Analyses what is pending, together with any number of other workers on the same database. Every
 * worker puts what is pending into the queue; a key per content keeps it there once. A job is leased
 * and kept by heartbeats; one whose worker died goes to another, later each time, and after
 * `mostAttempts` its files are listed as failures (QUARANTINED). The result of a file is stored once,
 * whoever finishes first.
 */
export async function work(
  db: Database,
  database: QueueDatabase,
  { audio, embedder, concurrency, locate, untilEmpty, signal, ...on }: WorkOptions,
): Promise<void> {
  await registerModel(db, embedder);
  const boss = new PgBoss({
    ...database,
    schema,
    application_name: 'consonance worker',
    schedule: false,
    superviseIntervalSeconds: superviseSeconds,
    monitorIntervalSeconds: superviseSeconds,
  });
  boss.on('error', (error) => on.onProblem?.(error));
  await boss.start();
  try {
    const queue = queueOf(embedder.modelId);
    await boss.createQueue(queue, {
      policy: 'exclusive',
      heartbeatSeconds,
      expireInSeconds: fileSeconds,
      deleteAfterSeconds: 3600,
      // Far more than `mostAttempts`: setting a file aside is an attempt, too, and may fail.
      retryLimit: 1000,
      retryDelay: 1,
      retryBackoff: true,
      retryDelayMax: 60,
    });

    const analyzeGroup = groupAnalysis(db, {
      audio,
      embedder,
      ...(locate && { locate }),
      isStopping: () => false,
      onOutcome(files, failure) {
        on.onChange?.(files.map(({ id }) => id));
        on.onFile?.(files[0]!.path, failure && `${failure.code}: ${failure.message}`);
      },
    });
    const quarantine = async (files: readonly PendingFile[]) => {
      const code = 'QUARANTINED';
      const message = `The analysis was begun ${mostAttempts} times and never came to its end`;
      for (const { id } of files) await recordFailure(db, id, { code, message });
      on.onChange?.(files.map(({ id }) => id));
      for (const { path } of files) on.onFile?.(path, `${code}: ${message}`);
    };
    const attempt = async (job: JobWithMetadata<Content>): Promise<JobResult<Handover>> => {
      const { id, data, retryCount } = job;
      const { lacking = 0 } = (job.output ?? {}) as Partial<Handover>;
      try {
        const files = await pendingFiles(db, embedder.modelId, data);
        if (retryCount - lacking < mostAttempts) await analyzeGroup(files);
        else await quarantine(files);
        return { id, status: 'completed' };
      } catch (error) {
        on.onProblem?.(error);
        const output = { lacking: lacking + Number(error instanceof NotLocatedError) };
        return { id, status: 'failed', output };
      }
    };
    const run = async (job: JobWithMetadata<Content>): Promise<JobResult<Handover>> => {
      const begun = performance.now();
      const result = await attempt(job);
      on.onJob?.({
        isCompleted: result.status === 'completed',
        waitedSeconds: (job.startedOn.getTime() - job.createdOn.getTime()) / 1000,
        seconds: (performance.now() - begun) / 1000,
      });
      return result;
    };
    await boss.work(
      queue,
      {
        localConcurrency: Math.ceil(concurrency / batchSize),
        batchSize,
        burstWhenBatchFull: true,
        pollingIntervalSeconds: 1,
        perJobResults: true,
        includeMetadata: true,
      } as const,
      (jobs: JobWithMetadata<Content>[]) => Promise.all(jobs.map(run)),
    );

    while (!signal?.aborted) {
      const started = performance.now();
      try {
        const left = await topUp(db, boss, queue, embedder.modelId);
        if (untilEmpty && left === 0) break;
      } catch (error) {
        on.onProblem?.(error);
      }
      const pause = Math.max(topUpMilliseconds, (performance.now() - started) / topUpShare);
      await wait(pause, undefined, signal && { signal }).catch(() => {});
    }
  } finally {
    await boss.stop({ graceful: true, timeout: fileSeconds * 1000 });
  }
}

/** Puts some of what is pending into the queue, where it is not there yet. @returns how much */
async function topUp(db: Database, boss: PgBoss, queue: string, modelId: string): Promise<number> {
  const { rows } = await sql<Content>`
    select content_hash as "contentHash" from tracks
    where vanished_at is null and content_hash is not null
      and not exists (select from features where track_id = tracks.id and model_id = ${modelId})
      and not exists (select from failures where track_id = tracks.id)
    group by content_hash limit ${jobsAhead}`.execute(db);
  const jobs = rows.map((data) => ({ data, singletonKey: data.contentHash }));
  if (jobs.length > 0) await boss.insert(queue, jobs);
  return jobs.length;
}

/** The queue of one model; all workers together. */
export interface QueueStatus {
  waiting: number;
  /** Those that wait after a problem. */
  retrying: number;
  /** In a worker. */
  active: number;
  /** Ended in the last `recentSeconds`; the times are those in a worker, null without any. */
  completed: number;
  medianSeconds: number | null;
  p95Seconds: number | null;
}

export const recentSeconds = 300;

/** Undefined as long as there never was a worker. */
export async function readQueueStatus(
  db: Database,
  modelId: string,
): Promise<QueueStatus | undefined> {
  const table = `${schema}.job`;
  const { rows: found } = await sql<{ exists: boolean }>`
    select to_regclass(${table}) is not null as exists`.execute(db);
  if (!found[0]!.exists) return undefined;
  const { rows } = await sql<QueueStatus>`
    select count(*) filter (where state = 'created')::integer as waiting,
      count(*) filter (where state = 'retry')::integer as retrying,
      count(*) filter (where state = 'active')::integer as active,
      count(seconds)::integer as completed,
      percentile_disc(0.5) within group (order by seconds) as "medianSeconds",
      percentile_disc(0.95) within group (order by seconds) as "p95Seconds"
    from (
      select state, case when state = 'completed'
          and completed_on > now() - ${recentSeconds} * interval '1 second'
        then extract(epoch from completed_on - started_on)::double precision end as seconds
      from ${sql.table(table)} where name = ${queueOf(modelId)}
    ) as jobs`.execute(db);
  return rows[0]!;
}
