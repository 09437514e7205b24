/** Migrations while others work, cut off in the middle, and by a program that is too old. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type TestContext, after, test } from 'node:test';
import { type Kysely, sql } from 'kysely';
import { type Database, type OpenDatabase, migrate } from '../src/database.ts';
import { openEmbedded } from '../src/embedded.ts';
import { Library } from '../src/library.ts';
import { migrations } from '../src/migrations.ts';
import { openServer } from '../src/server.ts';
import { newDataDirectory } from './helpers.ts';
import { type PostgresServer, hasPostgres, noPostgres, startPostgres } from './postgres-server.ts';

const skip = !hasPostgres() && noPostgres;
let server: PostgresServer;
if (!skip) {
  server = await startPostgres();
  after(() => server.close());
}

/** What the next version may do: an added column, filled in. */
const next = {
  '9003_next': {
    async up(db: Kysely<unknown>) {
      await sql`alter table settings add note text`.execute(db);
      await sql`update settings set note = name`.execute(db);
    },
  },
};

const namesOf = async (db: Database) =>
  (
    await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)
  ).rows.map(({ name }) => name);

test('an old process goes on reading and writing while a new one migrates', { skip }, async (t) => {
  const databaseUrl = await server.newDatabase();
  const [old, young] = await Promise.all([openServer(databaseUrl), openServer(databaseUrl)]);
  t.after(() => Promise.all([old.db.destroy(), young.db.destroy()]));
  const library = new Library('nowhere', old, () => {});
  const migrating = Promise.withResolvers<void>();
  const written = Promise.withResolvers<void>();
  const waiting = {
    '9002_waiting': {
      async up(db: Kysely<unknown>) {
        await sql`create table genre_notes (name text primary key, note text)`.execute(db);
        migrating.resolve();
        await written.promise;
      },
    },
  };
  const migration = migrate(young.db, { ...migrations, ...waiting });
  await migrating.promise;
  // The migration is under way and holds its locks.
  await library.saveSetting('settings', { during: true });
  await library.addListener('Ada');
  assert.deepEqual(await library.listeners(), ['Ada']);
  written.resolve();
  await migration;
  await migrate(young.db, { ...migrations, ...waiting, ...next });
  await library.saveSetting('settings', { afterwards: true });
  assert.deepEqual(await library.setting('settings'), { afterwards: true });
  await assert.rejects(openServer(databaseUrl), {
    code: 'SCHEMA_TOO_NEW',
    message: /9002_waiting, 9003_next.*update this one/,
  });
});

/** Migrates and is killed once the migration has written, before its end. */
async function migrateAndDie(place: string): Promise<void> {
  const child = fork(join(import.meta.dirname, 'migrate-process.ts'), [place]);
  child.once('message', () => child.kill('SIGKILL'));
  const [, signal] = await once(child, 'exit');
  assert.equal(signal, 'SIGKILL');
}

async function assertWhole(t: TestContext, place: string, open: () => Promise<OpenDatabase>) {
  await migrateAndDie(place);
  const { db } = await open();
  t.after(() => db.destroy());
  assert.deepEqual(await namesOf(db), Object.keys(migrations));
  const { rows } = await sql`select to_regclass('half_written') as oid`.execute(db);
  assert.deepEqual(rows, [{ oid: null }]);
  // What was cut off is done from its beginning.
  await migrate(db, { ...migrations, ...next });
  assert.deepEqual(await namesOf(db), [...Object.keys(migrations), '9003_next']);
}

test('a migration that was killed left nothing behind (embedded)', async (t) => {
  const directory = join(await newDataDirectory(t), 'database');
  await assertWhole(t, directory, () => openEmbedded(directory));
});

test('a migration that was killed left nothing behind (server)', { skip }, async (t) => {
  const databaseUrl = await server.newDatabase();
  await (await openServer(databaseUrl)).db.destroy();
  await assertWhole(t, databaseUrl, () => openServer(databaseUrl));
});
