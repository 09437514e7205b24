/** A server whose PostgreSQL is started anew, or has no room left, under load. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { type Library, openLibrary } from '@consonance/library';
import { hasPostgres, noPostgres, startPostgres } from '@consonance/library/testing';
import { finished, root, serve, startCommand } from './run.ts';

const skip = !hasPostgres() && noPostgres;
const mayMount =
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['--mount', 'true']).status === 0;

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'consonance-outage-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each call knows what it asks for
type Json = any;

/** Asks the server at `url`, and keeps what it refused and what it acknowledged. */
function clientOf(url: string) {
  const saved: string[] = [];
  const refused: { reason: string; message: string }[] = [];
  async function ask(procedure: string, input?: object): Promise<Json> {
    const answer = await fetch(`${url}/trpc/${procedure}`, {
      headers: { 'content-type': 'application/json', 'x-consonance-request': '1' },
      ...(input && { method: 'POST', body: JSON.stringify(input) }),
    });
    const { result, error, code } = (await answer.json()) as Json;
    if (answer.status === 200) return result.data;
    // Whatever fails says that another try may do.
    assert.equal(answer.status, 503, JSON.stringify(error));
    assert.ok(Number(answer.headers.get('retry-after')) > 0);
    // Before the procedure is reached, who asks is looked up.
    if (code === undefined) refused.push({ reason: error.data.reason, message: error.message });
    else refused.push({ reason: code, message: error });
    return undefined;
  }
  return {
    ask,
    saved,
    refused,
    async save(): Promise<boolean> {
      const name = `${saved.length}-${refused.length}`;
      const playlist = await ask('playlists.save', { name, trackIds: [] });
      if (playlist) saved.push(playlist.id);
      return playlist !== undefined;
    },
    async until<T>(procedure: string, holds: (data: T) => boolean): Promise<void> {
      for (;;) {
        const data = await ask(procedure);
        if (data && holds(data)) return;
        await wait(50);
      }
    },
  };
}

async function isKept(library: Library, saved: readonly string[]): Promise<void> {
  const kept = new Set((await library.playlists()).map(({ id }) => id));
  assert.deepEqual(
    saved.filter((id) => !kept.has(id)),
    [],
    'was acknowledged and is lost',
  );
}

test(
  'the database is started anew: requests are told to come again, analysis and worker go on, nothing is lost',
  { skip, timeout: 240_000 },
  async (t) => {
    const folder = await temporaryFolder(t);
    const postgres = await startPostgres({ isDurable: true });
    t.after(() => postgres.close());
    const music = path.join(folder, 'music');
    const jazz = path.join(root, 'demo', 'library', 'jazz');
    await cp(jazz, music, { recursive: true });
    const songs = (await readdir(jazz)).length;
    const databaseUrl = await postgres.newDatabase();
    const open = () => openLibrary({ dataDirectory: path.join(folder, 'one'), databaseUrl });
    const library = await open();
    await library.saveSetting('model', 'timbre');
    await library.saveSetting('analysisPaused', true);
    await library.addFolder(music);
    await library.scan([music]);
    await library.close();
    const environment = { DATABASE_URL: databaseUrl };
    const url = await serve(t, path.join(folder, 'two'), environment);
    const client = clientOf(url);
    const worker = startCommand(['worker', '--data-dir', path.join(folder, 'three')], environment);
    t.after(() => worker.kill('SIGKILL'));
    const workerEnded = finished(worker);
    // Its first file: it is under way.
    await Promise.race([once(worker.stderr!, 'data'), workerEnded]);

    await client.ask('analysis.start', {});
    let isOver = false;
    const load = async (step: () => Promise<unknown>) => {
      while (!isOver) await step().then(() => wait(10));
    };
    const loads = [
      load(() => client.save()),
      load(() => client.save()),
      load(() => client.ask('playlists.list')),
    ];
    for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
      const before = client.saved.length;
      while (client.saved.length < before + 5) await wait(20);
      await postgres.kill(signal);
      const refusedBefore = client.refused.length;
      while (client.refused.length === refusedBefore) await wait(20);
      await postgres.start();
    }
    const before = client.saved.length;
    while (client.saved.length < before + 5) await wait(20);
    isOver = true;
    await Promise.all(loads);
    for (const { reason, message } of client.refused) {
      assert.equal(reason, 'DATABASE_AWAY');
      assert.match(message, /database server cannot be reached.*try again/);
    }

    await client.until<Json>('library.status', ({ analysed }) => analysed === songs);
    await client.until<Json>('analysis.state', ({ state }) => state === 'idle');
    assert.equal((await client.ask('analysis.state')).error, null);
    worker.kill('SIGTERM');
    const { code, stderr } = await workerEnded;
    assert.equal(code, 0, stderr);
    const afterwards = await open();
    t.after(() => afterwards.close());
    assert.deepEqual(await afterwards.failures(), []);
    await isKept(afterwards, client.saved);
  },
);

test(
  'the disk of the database is full: writes are refused with the reason, and go on when there is room',
  { skip: skip || (!mayMount && 'mounting a file system needs root'), timeout: 120_000 },
  async (t) => {
    const folder = await temporaryFolder(t);
    const disk = await mkdtemp(path.join(tmpdir(), 'consonance-outage-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=160m', 'tmpfs', disk]);
    t.after(async () => {
      execFileSync('umount', ['--lazy', disk]);
      await rm(disk, { recursive: true });
    });
    const postgres = await startPostgres({ isDurable: true, parent: disk });
    t.after(() => postgres.close());
    const databaseUrl = await postgres.newDatabase();
    const url = await serve(t, path.join(folder, 'data'), { DATABASE_URL: databaseUrl });
    const client = clientOf(url);
    assert.ok(await client.save());

    const filler = path.join(disk, 'filler');
    const { bavail, bsize } = await statfs(disk);
    await writeFile(filler, Buffer.alloc(bavail * bsize)).catch((error: NodeJS.ErrnoException) => {
      // The database takes some of it meanwhile.
      assert.equal(error.code, 'ENOSPC');
    });
    while (await client.save());
    assert.equal(client.refused[0]!.reason, 'DATABASE_FULL');
    assert.match(client.refused[0]!.message, /disk of the database server is full/);
    assert.equal((await client.ask('playlists.list')).length, client.saved.length);

    await rm(filler);
    assert.ok(await client.save());
    const library = await openLibrary({ dataDirectory: path.join(folder, 'one'), databaseUrl });
    t.after(() => library.close());
    await isKept(library, client.saved);
  },
);
