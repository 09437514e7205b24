import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { Kysely, sql } from 'kysely';
import { embeddedDialect } from '../src/embedded-dialect.ts';
import { EmbeddedThread } from '../src/embedded-thread.ts';
import { newDataDirectory } from './helpers.ts';

test('a transaction that cannot begin leaves the database to the others', async (t) => {
  const thread = await EmbeddedThread.open(join(await newDataDirectory(t), 'database'));
  const db = new Kysely({ dialect: embeddedDialect(thread) });
  t.after(() => db.destroy());
  const reserve = thread.reserve.bind(thread);
  t.mock.method(thread, 'reserve', async () => {
    const exec = () => Promise.reject(new Error('out of memory'));
    return { ...(await reserve()), exec };
  });
  await assert.rejects(
    db.transaction().execute(async () => {}),
    { message: 'out of memory' },
  );
  const { rows } = await sql`select 1 as one`.execute(db);
  assert.deepEqual(rows, [{ one: 1 }]);
});
