import { existsSync, fsyncSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import { Kysely, PGliteDialect, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { LibraryError } from './errors.ts';
import { migrations } from './migrations.ts';
import type { Schema } from './schema.ts';

export type Database = Kysely<Schema>;

/**
 * Opens the embedded database in `directory`, makes it on first use, and brings its schema up to
 * date.
 *
 * Making one takes seconds; it happens beside the final place, so that a killed first start leaves
 * nothing half-made behind.
 */
export async function openDatabase(directory: string): Promise<Database> {
  if (!existsSync(directory)) {
    const unfinished = `${directory}.new`;
    await rm(unfinished, { recursive: true, force: true });
    await (await openPGlite(unfinished)).close();
    await rename(unfinished, directory);
  }
  const db: Database = new Kysely({
    dialect: new PGliteDialect({ pglite: await openPGlite(directory) }),
  });
  try {
    await migrate(db);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return db;
}

/**
 * PGlite on Node switches fsync off, and its file system would ignore it: a commit would survive
 * `kill -9` but not a power cut. Both are put back (about 1 ms a commit on an SSD).
 */
function openPGlite(directory: string): Promise<PGlite> {
  return PGlite.create({
    fs: new SyncingFS(directory),
    extensions: { vector },
    startParams: [
      ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
      ...['-c', 'wal_sync_method=fsync'],
    ],
  });
}

interface EmscriptenModule {
  FS: { filesystems: { NODEFS: { stream_ops: { fsync?: (stream: { nfd: number }) => number } } } };
}

class SyncingFS extends NodeFS {
  override async init(...parameters: Parameters<NodeFS['init']>) {
    const { emscriptenOpts } = await super.init(...parameters);
    const addSync = ({ FS }: EmscriptenModule) => {
      FS.filesystems.NODEFS.stream_ops.fsync = ({ nfd }) => {
        fsyncSync(nfd);
        return 0;
      };
    };
    const preRun = [...(emscriptenOpts.preRun ?? []), addSync];
    return { emscriptenOpts: { ...emscriptenOpts, preRun } };
  }
}

async function migrate(db: Database): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
  const unknown = rows.map(({ name }) => name).filter((name) => !(name in migrations));
  if (unknown.length === 0) throw error;
  throw new LibraryError(
    'SCHEMA_TOO_NEW',
    `The library was written by a later version (it has ${unknown.join(', ')}): update this one`,
    { cause: error },
  );
}
