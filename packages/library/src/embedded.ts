import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Kysely, PGliteDialect } from 'kysely';
import { noChanges } from './changes.ts';
import { type Database, type OpenDatabase, migrate } from './database.ts';
import { EmbeddedThread } from './embedded-thread.ts';
import type { Db } from 'pg-boss';

/**
 * Opens the embedded database in `directory`, makes it on first use, and brings its schema up to
 * date.
 *
 * Making one takes seconds; it happens beside the final place, so that a killed first start leaves
 * nothing half-made behind.
 */
export async function openEmbedded(directory: string): Promise<OpenDatabase> {
  if (!existsSync(directory)) {
    const unfinished = `${directory}.new`;
    await rm(unfinished, { recursive: true, force: true });
    await (await EmbeddedThread.open(unfinished)).close();
    await rename(unfinished, directory);
  }
  const pglite = await EmbeddedThread.open(directory);
  const db: Database = new Kysely({ dialect: new PGliteDialect({ pglite }) });
  try {
    await migrate(db);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return {
    ...{ db, queue: { db: queueOn(db, pglite), backend: 'pglite' }, changes: noChanges },
    // Comparing all tracks is quick enough for as many as an embedded database holds.
    index: async () => {},
  };
}

/**
 * For pg-boss. PGlite has one connection: Kysely gives it out, so that no statement of the queue gets
 * between those of a transaction. Several statements at once come without parameters.
 */
function queueOn(db: Database, pglite: EmbeddedThread): Db {
  return {
    executeSql: (text, values = []) =>
      db.connection().execute(async () => {
        if (values.length > 0) return pglite.query<object>(text, values);
        const results = await pglite.exec(text).catch(async (error: unknown) => {
          await pglite.exec('rollback');
          throw error;
        });
        return { rows: results.flatMap(({ rows }) => rows) };
      }),
  };
}
