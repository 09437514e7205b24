/** A worker on a machine without the music: it fetches each file from the API. */
import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { Accounts } from '@consonance/api';
import { useModel } from '@consonance/engine';
import { openLibrary } from '@consonance/library';
import { hasPostgres, noPostgres, startPostgres } from '@consonance/library/testing';
import { finished, root, serve, startCommand } from './run.ts';

/** Of these names and kinds, with a sentence about each. */
function assertMetrics(text: string, kinds: Record<string, string>) {
  for (const [name, kind] of Object.entries(kinds)) {
    assert.match(text, new RegExp(`^# HELP ${name} \\w.+\\n# TYPE ${name} ${kind}\\n${name}`, 'm'));
  }
}

const skip = !hasPostgres() && noPostgres;

test(
  'a worker analyses what it fetches with an app password, measures itself, and leaves nothing',
  { skip, timeout: 240_000 },
  async (t) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'consonance-worker-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const postgres = await startPostgres();
    t.after(() => postgres.close());
    const music = path.join(folder, 'music');
    const jazz = path.join(root, 'demo', 'library', 'jazz');
    for (const file of (await readdir(jazz)).sort().slice(0, 2)) {
      await cp(path.join(jazz, file), path.join(music, file));
    }

    const databaseUrl = await postgres.newDatabase();
    const library = await openLibrary({ dataDirectory: path.join(folder, 'one'), databaseUrl });
    t.after(() => library.close());
    await useModel(library, 'timbre');
    await library.scan([music]);
    // The server would analyse what is pending itself.
    await library.saveSetting('analysisPaused', true);
    const accounts = await Accounts.open(library.users, { isLoopback: true });
    const ada = await accounts.add({ name: 'Ada', password: 'correct horse', isAdmin: true });
    const { secret } = await accounts.addAppPassword(ada, 'worker');
    const url = await serve(t, path.join(folder, 'two'), { DATABASE_URL: databaseUrl });

    const temporary = path.join(folder, 'temporary');
    await mkdir(temporary);
    const startWorker = (appPassword: string) => {
      const options = ['--audio-from', url, '--metrics-port', '0', '--concurrency', '1'];
      const child = startCommand(['worker', ...options, '--data-dir', path.join(folder, 'three')], {
        DATABASE_URL: databaseUrl,
        CONSONANCE_APP_PASSWORD: appPassword,
        TMPDIR: temporary,
      });
      t.after(() => child.kill('SIGKILL'));
      let text = '';
      const end = finished(child);
      const says = (pattern: RegExp) =>
        new Promise<string>((resolve, reject) => {
          child.stderr!.on('data', (more) => {
            text += more;
            const match = pattern.exec(text);
            if (match) resolve(match[0]);
          });
          end.then(({ stderr }) => reject(new Error(stderr)), reject);
        });
      const stop = async () => {
        child.kill('SIGTERM');
        assert.equal((await end).code, 0);
      };
      return { says, stop };
    };

    const stranger = startWorker('guessed');
    await stranger.says(/Cannot fetch .* received 401 \(is CONSONANCE_APP_PASSWORD/);
    await stranger.stop();
    assert.deepEqual(await library.failures(), []);

    const worker = startWorker(secret);
    const metrics = await worker.says(/http:\S+\/metrics/);
    let text = '';
    const hasAnalysed = async (files: number) => {
      while (!text.includes(`consonance_worker_files_total{outcome="analysed"} ${files}\n`)) {
        text = await (await fetch(metrics)).text();
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    await hasAnalysed(2);
    assert.match(text, /consonance_worker_files_total\{outcome="failed"\} 0\n/);
    assert.match(text, /consonance_queue_jobs\{state="waiting"\} \d/);
    assertMetrics(text, {
      consonance_queue_jobs: 'gauge',
      consonance_queue_completed_jobs: 'gauge',
      consonance_worker_files_total: 'counter',
      consonance_worker_jobs_total: 'counter',
      consonance_worker_job_duration_seconds: 'histogram',
      consonance_worker_job_wait_seconds: 'histogram',
    });
    // Another model is chosen somewhere: the worker hears the songs with that one.
    await useModel(library, 'crnn-compact');
    await hasAnalysed(4);
    await worker.stop();
    // The server shows the worker's progress as it shows its own.
    await showsDone(url, secret, 2);
    for (const { analysed, failed, pending } of (await library.status()).models) {
      assert.deepEqual([analysed, failed, pending], [2, 0, 0]);
    }
    assert.deepEqual(await readdir(temporary), []);

    const authorization = `Bearer ${secret}`;
    const answer = await fetch(`${url}/metrics`, { headers: { authorization } });
    const ofServer = await answer.text();
    assert.match(ofServer, /consonance_queue_completed_jobs [1-9]/);
    assert.match(ofServer, /consonance_files\{status="failed"\} 0\n/);
    assertMetrics(ofServer, {
      consonance_queue_jobs: 'gauge',
      consonance_queue_completed_jobs: 'gauge',
      consonance_queue_job_seconds: 'gauge',
      consonance_files: 'gauge',
      http_request_duration_seconds: 'histogram',
    });
    assert.match(ofServer, /route="\/media\/file\/:id",status="200"\} [1-9]/);

    const [more] = (await readdir(jazz)).sort().slice(2);
    await cp(path.join(jazz, more!), path.join(music, more!));
    const analyze = startCommand(['analyze', music, '--data-dir', path.join(folder, 'four')], {
      DATABASE_URL: databaseUrl,
    });
    assert.equal((await finished(analyze)).code, 0);
    await showsDone(url, secret, 1);
  },
);

/** Asks the server at `url` until it shows an analysis of so many files, all done. */
async function showsDone(url: string, secret: string, files: number): Promise<void> {
  const headers = { authorization: `Bearer ${secret}` };
  for (;;) {
    const answer = await fetch(`${url}/trpc/analysis.state`, { headers });
    const { total, done, failed } = ((await answer.json()) as Answer).result.data;
    if (total === files && done === files) return assert.equal(failed, 0);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

interface Answer {
  result: { data: { total: number; done: number; failed: number } };
}
