import { setTimeout as wait } from 'node:timers/promises';
import { type Kysely, type Transaction, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { Changes } from './changes.ts';
import { LibraryError, hasCode } from './errors.ts';
import type { Model } from './features.ts';
import { migrations } from './migrations.ts';
import type { QueueDatabase } from './queue.ts';
import type { Schema } from './schema.ts';

export type Database = Kysely<Schema>;

export interface OpenDatabase {
  db: Database;
  queue: QueueDatabase;
  changes: Changes;
  /** Makes queries about many tracks of a model quick, before there are many or when there are. */
  prepare(model: Pick<Model, 'modelId' | 'dimensions'>): Promise<void>;
}

/** What PostgreSQL answers when a transaction lost against another and may simply be run again. */
const lost = ['40001', '40P01']; // serialization failure, deadlock

const mostAttempts = 6;

/** Runs `work` in a transaction, and again where it lost against another transaction. */
export async function transact<T>(
  db: Database,
  work: (transaction: Transaction<Schema>) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      if (attempt === mostAttempts || !hasCode(error, ...lost)) throw error;
      await wait(Math.random() * 10 * 2 ** attempt);
    }
  }
}

/**
 * Brings the schema up to date. Several processes may do so at once: Kysely takes an advisory lock,
 * and all new migrations are one transaction.
 *
 * @throws LibraryError SCHEMA_TOO_NEW
 */
export async function migrate(db: Database): Promise<void> {
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
