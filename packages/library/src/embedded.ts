import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Kysely, sql } from 'kysely';
import { noChanges } from './changes.ts';
import { type Database, type OpenDatabase, migrate } from './database.ts';
import { embeddedDialect } from './embedded-dialect.ts';
import { EmbeddedThread } from './embedded-thread.ts';
import { statementSpans } from './tracing.ts';
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
  const db: Database = new Kysely({ dialect: embeddedDialect(pglite), ...statementSpans() });
  try {
    await migrate(db);
    await gatherStatistics(db);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return {
    db,
    queue: { db: queueOn(pglite), backend: 'pglite' },
    changes: noChanges,
    // Without an index of neighbours: comparing all tracks is quick enough for as many as it holds.
    prepare: () => gatherStatistics(db),
  };
}

/**
 * A server does this by itself. Without it, PostgreSQL expects to find half a table where it is asked for
 * some ids, and reads all of it.
 */
async function gatherStatistics(db: Database): Promise<void> {
  await sql`
    analyze tracks (id, path, content_hash, vanished_at), features (model_id, track_id),
      failures (track_id)`.execute(db);
}

/** For pg-boss. Several statements at once come without parameters, and may hold a transaction. */
function queueOn(pglite: EmbeddedThread): Db {
  return {
    async executeSql(text, values = []) {
      if (values.length > 0) return pglite.query<object>(text, values);
      const { exec, release } = await pglite.reserve();
      try {
        const results = await exec(text).catch(async (error: unknown) => {
          await exec('rollback');
          throw error;
        });
        return { rows: results.flatMap(({ rows }) => rows) };
      } finally {
        release();
      }
    },
  };
}
