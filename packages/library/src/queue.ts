import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { type Db, type JobResult, type JobWithMetadata, PgBoss } from 'pg-boss';
import {
  type AnalyzeOptions,
  type GroupAnalysisOptions,
  NotLocatedError,
  type PendingFile,
  asStopped,
  groupAnalysis,
  pendingFiles,
} from './analyze.ts';
import type { Database } from './database.ts';
import { type LibraryError, hasCode } from './errors.ts';
import { recordFirstFailure } from './failures.ts';
import { registerModel } from './features.ts';
import { type AnalysisProgress, ProgressMeter } from './progress.ts';
import { readSetting } from './settings.ts';
import { type TraceHeaders, continueTrace } from './tracing.ts';
import { isUnder, realOrGiven } from './tracks.ts';

/** Where pg-boss keeps its jobs. */
export type QueueDatabase = { connectionString: string } | { db: Db; backend: 'pglite' };

export interface WorkOptions
  extends
    Pick<
      AnalyzeOptions,
      'audio' | 'embedder' | 'within' | 'retryFailures' | 'signal' | 'onProgress' | 'onChange'
    >,
    Pick<GroupAnalysisOptions, 'locate'> {
  /** Files under way at once. */
  concurrency: number;
  /** Ends when nothing is left to do, by whomever, instead of waiting for more. */
  untilEmpty?: boolean;
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

/** One content, as the jobs of a model's queue name it. */
interface Content {
  contentHash: string;
}

interface JobData extends Content {
  /** Of the analysis that it is part of; jobs of earlier versions have none. */
  trace?: TraceHeaders;
  /** How many attempts ended with an error: in those no worker died over the file. */
  excused?: number;
}

/** The name of the setting that holds the trace of the analysis under way, for whoever makes jobs of it. */
export const analysisTraceSetting = 'analysisTrace';

const schema = 'consonance_jobs';
const jobTable = `${schema}.job`;
/** A worker that is not heard of for so long has lost its jobs to the others. */
const heartbeatSeconds = 15;
const superviseSeconds = 5;
const fileSeconds = 600;
/** A file is set aside after so many attempts that came to no end at all, not even to an error. */
const mostAttempts = 4;
/** A worker that fails over more jobs in a row is to blame itself. */
const mostProblemsInARow = 8;
/** Jobs fetched at a time: with one, pg-boss waits after each. */
const batchSize = 2;
const jobsAhead = 2000;
/** Looking for what is pending takes at most this share of the time. */
const topUpShare = 1 / 20;
const topUpMilliseconds = 1000;
/** A look may have taken minutes because the network was away: that is no reason to wait for hours. */
const mostTopUpMilliseconds = 30_000;

const queueOf = (modelId: string) => `analysis-${modelId}`;

/**
 * Analyses what is pending, together with any number of other workers on the same database. Every
 * worker puts what is pending into the queue; a key per content keeps it there once. A job is leased
 * and kept by heartbeats; one whose worker died goes to another, later each time, and after
 * `mostAttempts` its files are listed as failures (QUARANTINED); one that ends with an error is tried again without
 * counting, since no file is to blame. The result of a file is stored once,
 * whoever finishes first.
 *
 * With `within`, what is pending there comes first; other jobs in the queue may be done, too.
 *
 * @returns how far all workers together are since this one began; `reused` is 0, such files are
 * `analysed`
 * @throws LibraryError ANALYSIS_STOPPED when decoder, embedder or database fail over job after job
 */
export async function work(
  db: Database,
  database: QueueDatabase,
  { audio, embedder, concurrency, locate, within, untilEmpty, ...options }: WorkOptions,
): Promise<AnalysisProgress> {
  const { retryFailures = false, signal, ...on } = options;
  await registerModel(db, embedder);
  const folders = within && (await Promise.all(within.map(realOrGiven)));
  const scope = { modelId: embedder.modelId, folders };
  if (retryFailures) await forgetFailures(db, scope);
  const failedBefore = await countFailures(db, scope);
  let pending = await readPending(db, scope);
  const meter = new ProgressMeter(filesOf(pending), () => performance.now());
  const look = async () => {
    pending = await readPending(db, scope);
    meter.remain(filesOf(pending), (await countFailures(db, scope)) - failedBefore);
  };
  let lastFile: string | undefined;
  const report = (phase: AnalysisProgress['phase']) => {
    const progress = meter.state(phase, lastFile);
    on.onProgress?.(progress);
    return progress;
  };
  report('analysing');
  if (untilEmpty && pending.length === 0) return report('finished');

  let stopped: LibraryError | undefined;
  let problemsInARow = 0;
  const stopping = new AbortController();
  const ending = AbortSignal.any([stopping.signal, ...(signal ? [signal] : [])]);
  const boss = new PgBoss({
    ...database,
    schema,
    application_name: 'consonance worker',
    schedule: false,
    // Its spans would hold the messages of errors, which name files.
    openTelemetry: { enabled: false },
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

    const record: GroupAnalysisOptions['record'] = ({ id }, failure) =>
      recordFirstFailure(db, embedder.modelId, id, failure);
    const analyzeGroup = groupAnalysis(db, {
      audio,
      embedder,
      ...(locate && { locate }),
      isStopping: () => false,
      record,
      onOutcome(files, failure) {
        on.onChange?.(files.map(({ id }) => id));
        lastFile = files[0]!.path;
        on.onFile?.(lastFile, failure && `${failure.code}: ${failure.message}`);
      },
    });
    const quarantine = async (files: readonly PendingFile[]) => {
      const code = 'QUARANTINED';
      const message = `The analysis was begun ${mostAttempts} times and never came to its end`;
      for (const file of files) await record(file, { code, message });
      on.onChange?.(files.map(({ id }) => id));
      for (const { path } of files) on.onFile?.(path, `${code}: ${message}`);
    };
    const attempt = async (job: JobWithMetadata<JobData>): Promise<JobResult> => {
      const { id, data, retryCount } = job;
      try {
        const files = await pendingFiles(db, embedder.modelId, data);
        if (retryCount - (data.excused ?? 0) < mostAttempts) {
          await analyzeGroup(files);
          problemsInARow = 0;
        } else await quarantine(files);
        return { id, status: 'completed' };
      } catch (error) {
        on.onProblem?.(error);
        if (!(error instanceof NotLocatedError) && !hasCode(error, 'DATABASE_AWAY')) {
          problemsInARow += 1;
          if (problemsInARow === mostProblemsInARow) {
            stopped = asStopped(error);
            stopping.abort();
          }
        }
        await excuse(db, queue, job).catch((error: unknown) => on.onProblem?.(error));
        return { id, status: 'failed' };
      }
    };
    const run = async (job: JobWithMetadata<JobData>): Promise<JobResult> => {
      const begun = performance.now();
      const result = await continueTrace(job.data.trace ?? {}, () => attempt(job));
      on.onJob?.({
        isCompleted: result.status === 'completed',
        waitedSeconds: (job.startedOn.getTime() - job.createdOn.getTime()) / 1000,
        seconds: (performance.now() - begun) / 1000,
      });
      return result;
    };
    await putIntoQueue(db, boss, queue, pending, scope);
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
      (jobs: JobWithMetadata<JobData>[]) => Promise.all(jobs.map(run)),
    );

    let pause = topUpMilliseconds;
    for (;;) {
      await wait(pause, undefined, { signal: ending }).catch(() => {});
      if (ending.aborted) break;
      const started = performance.now();
      try {
        await look();
        report('analysing');
        if (untilEmpty && pending.length === 0) break;
        await putIntoQueue(db, boss, queue, pending, scope);
      } catch (error) {
        on.onProblem?.(error);
      }
      const fairPause = (performance.now() - started) / topUpShare;
      pause = Math.min(Math.max(topUpMilliseconds, fairPause), mostTopUpMilliseconds);
    }
  } finally {
    await boss.stop({ graceful: true, timeout: fileSeconds * 1000 });
  }
  if (stopped) throw stopped;
  if (!ending.aborted) return report('finished');
  await look().catch((error: unknown) => on.onProblem?.(error));
  return report('aborted');
}

/** What one analysis is about. */
interface Scope {
  modelId: string;
  /** Files and folders; all by default. */
  folders: readonly string[] | undefined;
}

const isWithin = ({ folders }: Scope) =>
  folders === undefined
    ? sql<boolean>`true`
    : folders.length === 0
      ? sql<boolean>`false`
      : sql<boolean>`(${sql.join(folders.map(isUnder), sql` or `)})`;

/** Some of the contents that are pending, and how many files all of them are. */
async function readPending(
  db: Database,
  scope: Scope,
): Promise<readonly (Content & { allFiles: number })[]> {
  const { rows } = await sql<Content & { allFiles: number }>`
    select content_hash as "contentHash", (sum(count(*)) over ())::integer as "allFiles" from tracks
    where vanished_at is null and content_hash is not null
      and not exists (select from features
        where track_id = tracks.id and model_id = ${scope.modelId})
      and not exists (select from failures where track_id = tracks.id)
      and ${isWithin(scope)}
    group by content_hash limit ${jobsAhead}`.execute(db);
  return rows;
}

const filesOf = (pending: Awaited<ReturnType<typeof readPending>>) => pending[0]?.allFiles ?? 0;

/** Where it is not there yet. */
async function putIntoQueue(
  db: Database,
  boss: PgBoss,
  queue: string,
  pending: readonly Content[],
  { folders }: Scope,
): Promise<void> {
  if (pending.length === 0) return;
  const trace = (await readSetting(db, analysisTraceSetting)) ?? {};
  const priority = folders === undefined ? 0 : 1;
  const jobs = pending.map(({ contentHash }) => ({
    data: { contentHash, trace },
    singletonKey: contentHash,
    priority,
  }));
  await boss.insert(queue, jobs);
}

/**
 * Counts the attempt under way as excused. In the job's data, since its output goes when its heartbeats end; pg-boss
 * itself changes the data of waiting jobs only.
 */
async function excuse(
  db: Database,
  queue: string,
  { id, data, retryCount }: JobWithMetadata<JobData>,
): Promise<void> {
  const excused = (data.excused ?? 0) + 1;
  await sql`
    update ${sql.table(jobTable)} set data = jsonb_set(data, '{excused}', ${excused}::text::jsonb)
    where name = ${queue} and id = ${id} and retry_count = ${retryCount} and state = 'active'`.execute(
    db,
  );
}

async function countFailures(db: Database, scope: Scope): Promise<number> {
  const { rows } = await sql<{ files: number }>`
    select count(*)::integer as files from failures join tracks on tracks.id = track_id
    where vanished_at is null and ${isWithin(scope)}`.execute(db);
  return rows[0]!.files;
}

/** Those that are files which can be read: they are pending again. */
async function forgetFailures(db: Database, scope: Scope): Promise<void> {
  await sql`
    delete from failures using tracks where tracks.id = track_id
      and content_hash is not null and ${isWithin(scope)}`.execute(db);
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
  const { rows: found } = await sql<{ exists: boolean }>`
    select to_regclass(${jobTable}) is not null as exists`.execute(db);
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
      from ${sql.table(jobTable)} where name = ${queueOf(modelId)}
    ) as jobs`.execute(db);
  return rows[0]!;
}
