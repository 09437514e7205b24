/**
 * Kills the processes of a library, and its database, at random moments while files are added, analysed,
 * liked and put on playlists; then looks whether anything that was acknowledged is missing, and whether
 * every file was analysed once or is listed as failed.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { wav } from '@consonance/audio/testing';
import { type Library, openLibrary } from '@consonance/library';
import { type PostgresServer, startPostgres } from '@consonance/library/testing';
import { pick, seededRandom } from '@consonance/statistics';

export interface FaultOptions {
  database: 'embedded' | 'server';
  kills: number;
  files: number;
  seed: number;
  onKill?: (kill: number, victim: string) => void;
}

export interface FaultResult {
  /** Kills by victim: api, worker, both (one process) or database. */
  kills: Record<string, number>;
  likes: number;
  playlists: number;
  analysed: number;
  failed: number;
}

const script = join(import.meta.dirname, '../../packages/library/test/fault-process.ts');
/** Every so many files, one that is no audio. */
const badEvery = 50;

/** @throws AssertionError when something acknowledged is missing, or a count is wrong */
export async function injectFaults(options: FaultOptions): Promise<FaultResult> {
  const home = await mkdtemp(join(tmpdir(), 'consonance-faults-'));
  const server =
    options.database === 'server' ? await startPostgres({ isDurable: true }) : undefined;
  try {
    return await run(options, home, server);
  } finally {
    await server?.close();
    await rm(home, { recursive: true, force: true });
  }
}

async function run(
  { kills, files, seed, onKill }: FaultOptions,
  home: string,
  server: PostgresServer | undefined,
): Promise<FaultResult> {
  const random = seededRandom(seed);
  const [dataDirectory, folder] = [join(home, 'data'), join(home, 'music')];
  await mkdir(folder);
  const databaseUrl = await server?.newDatabase();
  const acknowledged = { like: new Set<string>(), playlist: new Set<string>() };
  const counts: Record<string, number> = {};

  const start = (role: string) => {
    const args = [script, role, dataDirectory, folder, databaseUrl ?? ''];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    // Not the end of the process but of its output: what it said last counts.
    const ended = once(child, 'close');
    const opened = Promise.withResolvers<void>();
    ended.then(() => opened.resolve());
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [kind, value] = line.split(' ') as [string, string];
      if (kind === 'open') opened.resolve();
      if (kind === 'like' || kind === 'playlist') acknowledged[kind].add(value);
    });
    return { child, ended, opened: opened.promise };
  };

  const roles = server ? ['worker', 'worker', 'api'] : ['both'];
  const running = roles.map(start);
  let written = 0;
  for (let kill = 1; kill <= kills; kill += 1) {
    for (; written < (files * kill) / kills; written += 1) {
      const content = written % badEvery === 0 ? `bad ${written}` : wav(100 + written);
      await writeFile(join(folder, `${written}.wav`), content);
    }
    // Those that ended by themselves, because the database was away when they began.
    roles.forEach((role, index) => {
      if (hasEnded(running[index]!.child)) running[index] = start(role);
    });
    await Promise.all(running.map(({ opened }) => opened));
    // An embedded database has to scan before it comes to writing.
    await wait(random() * (server ? 400 : 2000));
    if (kill === kills) await hasWritten(acknowledged, running);
    const victims = [...roles.keys(), ...(server ? [-1] : [])];
    const victim = pick(random, victims);
    const name = roles[victim] ?? 'database';
    counts[name] = (counts[name] ?? 0) + 1;
    onKill?.(kill, name);
    if (victim < 0) {
      await server!.kill();
      await server!.start();
    } else {
      running[victim]!.child.kill('SIGKILL');
      await running[victim]!.ended;
    }
  }
  for (const { child, ended } of running) {
    child.kill('SIGKILL');
    await ended;
  }
  const [code] = await start('finish').ended;
  assert.equal(code, 0, 'the last run was to come to its end');

  const library = await openLibrary({ dataDirectory, databaseUrl });
  try {
    await check(library, acknowledged, files, join(home, 'backup'));
    const [model] = (await library.status()).models;
    return {
      kills: counts,
      likes: acknowledged.like.size,
      playlists: acknowledged.playlist.size,
      analysed: model!.analysed,
      failed: model!.failed,
    };
  } finally {
    await library.close();
  }
}

async function check(
  library: Library,
  acknowledged: { like: Set<string>; playlist: Set<string> },
  files: number,
  backup: string,
): Promise<void> {
  const failed = Math.ceil(files / badEvery);
  const counts = { files, vanished: 0, failed };
  const models = [{ modelId: 'statistics', analysed: files - failed, failed, pending: 0 }];
  assert.deepEqual(await library.status(), { ...counts, models });
  assert.equal(new Set((await library.features('statistics')).ids).size, files - failed);
  assert.ok((await library.failures()).every(({ attempts }) => attempts === 1));

  const likes = new Set((await library.listens('Ada')).map(({ at }) => String(at)));
  const playlists = new Map((await library.playlists()).map(({ id, trackIds }) => [id, trackIds]));
  assert.deepEqual([...acknowledged.like.difference(likes)], [], 'likes were lost');
  for (const id of acknowledged.playlist) {
    assert.equal(playlists.get(id)?.length, 1, `playlist ${id} was lost`);
  }
  // Reads every row of every table.
  const rows = await library.backup(backup);
  assert.equal(rows.tracks, files);
}

/** Waits for something of each kind that a crash could lose, unless nobody is left to write it. */
async function hasWritten(
  acknowledged: Record<string, Set<string>>,
  writers: readonly { child: ChildProcess }[],
): Promise<void> {
  const isMissing = () => Object.values(acknowledged).some(({ size }) => size === 0);
  while (isMissing() && !writers.every(({ child }) => hasEnded(child))) await wait(50);
}

const hasEnded = (child: ChildProcess) => (child.exitCode ?? child.signalCode) !== null;
