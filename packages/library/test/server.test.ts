/** What only a database on a server can do: be used by several processes at once, and be away. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { transact } from '../src/database.ts';
import { type HeardChange, openLibrary } from '../src/index.ts';
import { migrations } from '../src/migrations.ts';
import { openServer } from '../src/server.ts';
import { statisticsEmbedder, temporaryFolder, wav, wavReader, write } from './helpers.ts';
import { type PostgresServer, hasPostgres, noPostgres, startPostgres } from './postgres-server.ts';

const skip = !hasPostgres() && noPostgres;
let server: PostgresServer;
if (!skip) {
  server = await startPostgres();
  after(() => server.close());
}

test(
  'several processes open a new database at once, and scan and analyse as one',
  { skip },
  async (t) => {
    const [dataDirectory, databaseUrl] = [await temporaryFolder(t), await server.newDatabase()];
    const opened = await Promise.all(
      Array.from({ length: 4 }, () => openLibrary({ dataDirectory, databaseUrl })),
    );
    t.after(() => Promise.all(opened.map((library) => library.close())));
    const folder = await temporaryFolder(t);
    for (let i = 0; i < 300; i += 1) await write(join(folder, `${i}.wav`), wav(100 + i));

    const scans = await Promise.all(opened.map((library) => library.scan([folder])));
    assert.equal(
      scans.reduce((sum, { added }) => sum + added, 0),
      300,
    );
    assert.ok(scans.every(({ found, vanished }) => found === 300 && vanished === 0));

    await Promise.all(
      opened.map((library) =>
        library.analyze({ audio: wavReader, embedder: statisticsEmbedder() }),
      ),
    );
    const status = { files: 300, vanished: 0, failed: 0 };
    const models = [{ modelId: 'statistics', analysed: 300, failed: 0, pending: 0 }];
    assert.deepEqual(await opened[0]!.status(), { ...status, models });
  },
);

test('a transaction that lost against another runs again', { skip }, async (t) => {
  const { db } = await openServer(await server.newDatabase());
  t.after(() => db.destroy());
  for (const name of ['a', 'b']) {
    await db.insertInto('settings').values({ name, value: '0' }).execute();
  }
  const bothHoldOne = Promise.withResolvers<void>();
  let holding = 0;
  const increment = (names: string[]) =>
    transact(db, async (transaction) => {
      for (const name of names) {
        await transaction
          .updateTable('settings')
          .set({ value: sql`to_jsonb((value::text)::integer + 1)` as never })
          .where('name', '=', name)
          .execute();
        if (++holding >= 2) bothHoldOne.resolve();
        await bothHoldOne.promise;
      }
    });
  await Promise.all([increment(['a', 'b']), increment(['b', 'a'])]);
  assert.ok(holding > 4, 'nothing had to run again');
  const rows = await db.selectFrom('settings').select('value').execute();
  assert.deepEqual(rows, [{ value: 2 }, { value: 2 }]);
});

test(
  'an old process goes on while a new one migrates, and is told when it starts',
  { skip },
  async (t) => {
    const [dataDirectory, databaseUrl] = [await temporaryFolder(t), await server.newDatabase()];
    const old = await openLibrary({ dataDirectory, databaseUrl });
    t.after(() => old.close());
    const [isHalfDone, mayGoOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    migrations['9000_later'] = {
      async up(db) {
        await sql`create table later (name text primary key)`.execute(db);
        await sql`alter table settings add later text`.execute(db);
        isHalfDone.resolve();
        await mayGoOn.promise;
      },
    };
    const opening = openLibrary({ dataDirectory, databaseUrl });
    await isHalfDone.promise;
    await old.addListener('Ada');
    assert.deepEqual(await old.listeners('Ada'), [{ name: 'Ada', listens: 0, lastAt: null }]);
    // What the migration has changed has to wait for its end, and no longer.
    const waiting = old.saveSetting('theme', 'dark');
    mayGoOn.resolve();
    const young = await opening;
    t.after(() => young.close());
    delete migrations['9000_later'];
    await waiting;
    assert.equal(await old.setting('theme'), 'dark');
    assert.equal(await young.setting('theme'), 'dark');
    await assert.rejects(openLibrary({ dataDirectory, databaseUrl }), {
      code: 'SCHEMA_TOO_NEW',
      message: /9000_later.*update this one/,
    });
  },
);

test(
  'a query that takes too long is cancelled, and its connection goes on',
  { skip },
  async (t) => {
    const { db } = await openServer(await server.newDatabase());
    t.after(() => db.destroy());
    await db.connection().execute(async (connection) => {
      const limit = await sql<{
        value: string;
      }>`select current_setting('statement_timeout') as value`.execute(connection);
      assert.deepEqual(limit.rows, [{ value: '2min' }]);
      await sql`set statement_timeout = 50`.execute(connection);
      await assert.rejects(sql`select pg_sleep(60)`.execute(connection), { code: '57014' });
      await sql`reset statement_timeout`.execute(connection);
      const { rows } = await sql`select 1 as one`.execute(connection);
      assert.deepEqual(rows, [{ one: 1 }]);
    });
  },
);

test(
  'a query whose answer does not come loses its connection, and nothing waits for that one',
  { skip },
  async (t) => {
    const url = new URL(await server.newDatabase());
    await (await openServer(url.href)).db.destroy();
    // The limit that we set, but shorter; the one of the server is far away, as over a line that is cut.
    url.searchParams.set('query_timeout', '3000');
    const { db } = await openServer(url.href);
    t.after(() => db.destroy());
    let lost = 0;
    let before: unknown;
    const pid = sql<{ pid: number }>`select pg_backend_pid() as pid`;
    const asking = db.transaction().execute(async (transaction) => {
      before = (await pid.execute(transaction)).rows;
      await sql`select pg_sleep(60)`.execute(transaction).finally(() => (lost = performance.now()));
    });
    await assert.rejects(asking, { code: 'DATABASE_AWAY' });
    assert.ok(performance.now() - lost < 2500, 'the rollback was waited for, too');
    assert.notDeepEqual((await pid.execute(db)).rows, before);
  },
);

test('a server that cannot be used is named, without the password', { skip }, async (t) => {
  const dataDirectory = await temporaryFolder(t);
  const url = new URL(await server.newDatabase());
  url.password = 'secret';
  url.pathname = '/nothing';
  const rejected = async (databaseUrl: string, message: RegExp) =>
    assert.rejects(
      openLibrary({ dataDirectory, databaseUrl }),
      (error: Error & { code: string }) => {
        assert.equal(error.code, 'BAD_DATABASE');
        assert.match(error.message, message);
        assert.ok(!error.message.includes('secret'));
        return true;
      },
    );
  await rejected(url.href, /nothing.*does not exist/);
  url.port = '1';
  await rejected(url.href, /:1\/nothing: .*ECONNREFUSED/);
});

test('after the server was away, queries work again', { skip }, async (t) => {
  const own = await startPostgres({ isDurable: true });
  t.after(() => own.close());
  const [dataDirectory, databaseUrl] = [await temporaryFolder(t), await own.newDatabase()];
  const library = await openLibrary({ dataDirectory, databaseUrl });
  t.after(() => library.close());
  await library.addListener('Ada');
  // In good order: a killed server's processes for the connections may still answer.
  await own.kill('SIGINT');
  await assert.rejects(library.listeners(), { code: 'DATABASE_AWAY' });
  await own.start();
  assert.deepEqual(await library.listeners(), [{ name: 'Ada', listens: 0, lastAt: null }]);
});

test(
  'a process hears what another changes, also after the server was away',
  { skip },
  async (t) => {
    const own = await startPostgres({ isDurable: true });
    t.after(() => own.close());
    const [dataDirectory, databaseUrl] = [await temporaryFolder(t), await own.newDatabase()];
    const [hearing, changing] = await Promise.all(
      [1, 2].map(() => openLibrary({ dataDirectory, databaseUrl })),
    );
    t.after(() => Promise.all([hearing!.close(), changing!.close()]));
    const heard: HeardChange[] = [];
    let next = Promise.withResolvers<void>();
    hearing!.listen((change) => {
      heard.push(change);
      next.resolve();
    });
    const hears = async <K extends HeardChange['kind']>(kind: K) => {
      const isWanted = (change: HeardChange): change is HeardChange & { kind: K } =>
        change.kind === kind;
      let found;
      while (!(found = heard.find(isWanted))) {
        await next.promise;
        next = Promise.withResolvers();
      }
      heard.length = 0;
      return found;
    };
    const folder = await temporaryFolder(t);
    await hears('anything');
    await write(join(folder, 'a.wav'), wav(100));
    await changing!.scan([folder]);
    const { ids } = await hears('tracks');
    const [track] = await changing!.getTracks(ids);
    await changing!.hide(folder, []);
    assert.deepEqual((await hears('tracks')).ids, ids);
    await changing!.forget([track!.id]);
    assert.deepEqual(await hears('tracks'), { kind: 'tracks', ids: [track!.id] });
    await changing!.saveSetting('model', 'another');
    assert.deepEqual(await hears('setting'), { kind: 'setting', name: 'model' });
    await changing!.users.add({ name: 'Ada', passwordHash: '', isAdmin: true });
    assert.deepEqual(await hears('users'), { kind: 'users' });
    changing!.announce({ kind: 'progress', progress: { done: 3 } });
    assert.deepEqual(await hears('progress'), { kind: 'progress', progress: { done: 3 } });
    await own.kill();
    await own.start();
    await hears('anything');
  },
);
