import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { sql } from 'kysely';
import type { Database } from '../src/database.ts';
import { type AnalysisProgress, type JobTimes, analysisTraceSetting } from '../src/index.ts';
import {
  emptyDatabase,
  statisticsEmbedder,
  temporaryFolder,
  wav,
  wavReader,
  write,
} from './helpers.ts';

async function scanned(t: TestContext, files: Record<string, Buffer | string>) {
  const { db, library } = await emptyDatabase();
  const folder = await temporaryFolder(t);
  for (const [name, content] of Object.entries(files)) await write(join(folder, name), content);
  await library.scan([folder]);
  const work = (options = {}) =>
    library.work({
      audio: wavReader,
      embedder: statisticsEmbedder(),
      concurrency: 4,
      untilEmpty: true,
      ...options,
    });
  const failures = async () =>
    Object.fromEntries((await library.failures()).map(({ path, code }) => [basename(path), code]));
  return { db, library, folder, work, failures };
}

test('two workers share what is pending, and each file is analysed once', async (t) => {
  const songs = Array.from({ length: 30 }, (_, i) => [`${i}.wav`, wav(100 + 10 * i)] as const);
  const { library, work, failures } = await scanned(t, {
    ...Object.fromEntries(songs),
    'copy.wav': songs[0]![1],
    'bad.mp3': 'nothing',
  });
  const decoded: string[] = [];
  const audio = {
    analyze(path: string) {
      decoded.push(basename(path));
      return wavReader.analyze(path);
    },
  };
  const changed: string[] = [];
  const onChange = (ids: readonly string[]) => void changed.push(...ids);
  await Promise.all([work({ audio, onChange }), work({ audio, onChange })]);
  assert.equal(decoded.length, 31);
  assert.equal(new Set(decoded).size, 31);
  assert.equal(new Set(changed).size, 32);
  assert.deepEqual(await failures(), { 'bad.mp3': 'NOT_AUDIO' });
  const [model] = (await library.status()).models;
  assert.deepEqual(model, { modelId: 'statistics', analysed: 31, failed: 1, pending: 0 });
  await work();
  assert.equal(decoded.length, 31);
});

/** As if workers had died over the job that waits: pg-boss then has its own output. */
async function die(db: Database, workers: number): Promise<void> {
  const { rows } = await sql`
    update consonance_jobs.job set retry_count = retry_count + ${workers}, start_after = now(),
      output = '{"value": {"message": "job heartbeat timeout"}}'
    where state = 'retry' returning id`.execute(db);
  assert.equal(rows.length, 1);
}

test('a file over which workers die is tried again, then set aside; errors do not count', async (t) => {
  const { db, work, failures, library } = await scanned(t, {
    'a.wav': wav(100),
    'poison.wav': wav(200),
  });
  const audio = {
    analyze(path: string) {
      if (basename(path) !== 'poison.wav') return wavReader.analyze(path);
      return Promise.reject(new Error('no decoder library'));
    },
  };
  const problems: unknown[] = [];
  const attempt = async () => {
    const stop = new AbortController();
    const onProblem = (error: unknown) => {
      problems.push(error);
      stop.abort();
    };
    await work({ audio, onProblem, signal: stop.signal });
  };
  await attempt();
  await die(db, 3);
  await attempt();
  assert.equal(problems.length, 2);
  assert.deepEqual(await failures(), {});
  await die(db, 1);
  await attempt();
  assert.equal(problems.length, 2);
  assert.deepEqual(await failures(), { 'poison.wav': 'QUARANTINED' });
  assert.equal((await library.features('statistics')).ids.length, 1);
  await library.analyze({ audio: wavReader, embedder: statisticsEmbedder(), retryFailures: true });
  assert.deepEqual(await failures(), {});
});

test('a worker sees the files where its machine has them, and blames none that it lacks', async (t) => {
  const { db, library, folder, work } = await scanned(t, { 'a.wav': wav(100) });
  const elsewhere = await temporaryFolder(t);
  const locate = async ({ path }: { path: string }) => {
    throw new Error(`${join(elsewhere, basename(path))} is not there on this machine`);
  };
  const stop = new AbortController();
  const problems: unknown[] = [];
  const onProblem = (error: unknown) => {
    problems.push(error);
    stop.abort();
  };
  await work({ locate, onProblem, signal: stop.signal });
  assert.match(String(problems[0]), /a\.wav is not there on this machine/);
  assert.deepEqual(await library.failures(), []);
  assert.equal((await library.tracks({ status: 'pending' })).total, 1);

  // As if it had been missing ever since: that is no attempt at its analysis.
  const job = sql.table('consonance_jobs.job');
  const { rows } = await sql`
    update ${job} set retry_count = 9, start_after = now(), data = data || '{"excused": 9}'
    where state = 'retry' and data ->> 'excused' = '1' returning id`.execute(db);
  assert.equal(rows.length, 1);
  const copy = join(elsewhere, 'copy.wav');
  const copied = async ({ path }: { path: string }) => {
    await cp(path, copy, { preserveTimestamps: true });
    return { path: copy, [Symbol.asyncDispose]: () => rm(copy) };
  };
  const jobs: JobTimes[] = [];
  await work({ locate: copied, onJob: (job: JobTimes) => jobs.push(job) });
  assert.equal((await library.tracks({ status: 'analysed' })).total, 1);
  assert.ok(!existsSync(copy));
  assert.ok(jobs.some(({ isCompleted }) => isCompleted));
  const { waiting, active, completed, p95Seconds } = (await library.queueStatus('statistics'))!;
  assert.deepEqual([waiting, active], [0, 0]);
  assert.ok(completed >= 1 && p95Seconds! > 0);
  assert.equal(await library.queueStatus('of nobody').then((status) => status?.completed), 0);
  await library.forget([folder]);
});

test('a job carries the trace of the analysis under way, whoever puts it into the queue', async (t) => {
  const { db, library, work } = await scanned(t, { 'a.wav': wav(100) });
  const trace = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` };
  await library.saveSetting(analysisTraceSetting, trace);
  t.after(() => library.saveSetting(analysisTraceSetting, {}));
  await work();
  const { rows } = await sql`
    select data -> 'trace' as trace from consonance_jobs.job
    order by created_on desc limit 1`.execute(db);
  assert.deepEqual(rows, [{ trace }]);
});

test('with files or folders of its own, a worker ends with them; failures are tried again when asked', async (t) => {
  const { library, folder, work, failures } = await scanned(t, {
    'here/a.wav': wav(100),
    'here/b.wav': 'nothing yet',
    'elsewhere/c.wav': wav(300),
    'elsewhere/d.wav': 'nothing',
  });
  const here = join(folder, 'here');
  const states: AnalysisProgress[] = [];
  const onProgress = (progress: AnalysisProgress) => states.push(progress);
  const counts = { total: 2, done: 2, analysed: 1, reused: 0, failed: 1 };
  const result = await work({ within: [here], onProgress });
  assert.partialDeepStrictEqual(result, { phase: 'finished', ...counts });
  assert.partialDeepStrictEqual(states[0], { phase: 'analysing', total: 2, done: 0 });
  assert.deepEqual(states.at(-1), result);
  assert.equal((await work({ within: [here] })).total, 0);
  await work();
  assert.deepEqual(await failures(), { 'b.wav': 'NOT_AUDIO', 'd.wav': 'NOT_AUDIO' });

  assert.partialDeepStrictEqual(await work({ within: [here], retryFailures: true }), {
    total: 1,
    failed: 1,
  });
  assert.equal((await library.features('statistics')).ids.length, 2);
});

test('a worker that fails over job after job ends, and no file is to blame', async (t) => {
  const songs = Array.from({ length: 20 }, (_, i) => [`${i}.wav`, wav(100 + 10 * i)] as const);
  const { library, work, failures } = await scanned(t, Object.fromEntries(songs));
  const audio = { analyze: () => Promise.reject(new Error('no decoder library')) };
  await assert.rejects(work({ audio }), {
    code: 'ANALYSIS_STOPPED',
    message: /no decoder library/,
  });
  assert.deepEqual(await failures(), {});
  assert.equal((await library.tracks({ status: 'pending' })).total, 20);
});
