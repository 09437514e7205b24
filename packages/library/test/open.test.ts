import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import { openEmbedded } from '../src/embedded.ts';
import { openLibrary } from '../src/index.ts';
import { migrations } from '../src/migrations.ts';
import { openPGlite } from '../src/pglite.ts';
import {
  newDataDirectory,
  statisticsEmbedder,
  temporaryFolder,
  wav,
  wavReader,
  write,
} from './helpers.ts';

test('a first open makes the library, over what a killed first open left', async (t) => {
  const dataDirectory = join(await temporaryFolder(t), 'not', 'there');
  await write(join(dataDirectory, 'database.new', 'PG_VERSION'), 'half-made');
  const library = await openLibrary({ dataDirectory });
  assert.deepEqual(await library.status(), { files: 0, vanished: 0, failed: 0, models: [] });
  await library.close();
});

test('migrations run once and are recorded', async (t) => {
  const { db } = await openEmbedded(join(await newDataDirectory(t), 'database'));
  t.after(() => db.destroy());
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
  assert.deepEqual(
    rows.map(({ name }) => name),
    Object.keys(migrations),
  );
});

test('a commit is on the disk before it is acknowledged', async (t) => {
  const pglite = await openPGlite(join(await newDataDirectory(t), 'database'));
  t.after(() => pglite.close());
  const show = async (name: string) => (await pglite.query(`show ${name}`)).rows[0];
  assert.deepEqual(await show('fsync'), { fsync: 'on' });
  assert.deepEqual(await show('synchronous_commit'), { synchronous_commit: 'on' });
  const sync = t.mock.method(fs, 'fsyncSync');
  syncBuiltinESMExports();
  await pglite.query('create table proof (i integer)');
  assert.ok(sync.mock.callCount() > 0);
});

test('of a large library some songs are looked up, not looked for among all', async (t) => {
  const { db, prepare } = await openEmbedded(join(await newDataDirectory(t), 'database'));
  t.after(() => db.destroy());
  await sql`
    insert into tracks (id, path, size, mtime, content_hash, search_title, search_text)
    select i, i, 0, 0, i, '', '' from generate_series(1, 50000) as i`.execute(db);
  const hashes = Array.from({ length: 128 }, (_, i) => String(i));
  const plan = async () => {
    const query = db.selectFrom('tracks').select('id').where('content_hash', 'in', hashes);
    return JSON.stringify(await query.explain());
  };
  assert.match(await plan(), /Seq Scan/);
  await prepare({ modelId: 'any', dimensions: 1 });
  assert.match(await plan(), /Index Scan/);
});

test('the process goes on while the database works, and is told what went wrong', async (t) => {
  const { db } = await openEmbedded(join(await newDataDirectory(t), 'database'));
  t.after(() => db.destroy());
  let turns = 0;
  let isCounting = true;
  const count = () => {
    turns += 1;
    if (isCounting) void setImmediate().then(count);
  };
  count();
  await sql`select sum(i) from generate_series(1, 1000000) as i`.execute(db);
  isCounting = false;
  assert.ok(turns > 100, `only ${turns} turns of the event loop`);
  await assert.rejects(
    db.transaction().execute(async (transaction) => {
      await sql`create table gone (i integer)`.execute(transaction);
      await sql`select 1 / 0`.execute(transaction);
    }),
    { message: 'division by zero', code: '22012' },
  );
  await assert.rejects(sql`select from gone`.execute(db), { code: '42P01' });
});

test('transactions keep apart, and statements outside see only what was committed', async (t) => {
  const { db, queue } = await openEmbedded(join(await newDataDirectory(t), 'database'));
  t.after(() => db.destroy());
  assert.ok('db' in queue);
  const { executeSql } = queue.db;
  await sql`create table counter (n integer)`.execute(db);
  await sql`insert into counter values (0)`.execute(db);
  const read = async (from: typeof db) =>
    (await sql<{ n: number }>`select n from counter`.execute(from)).rows[0]!.n;
  const count = (fails: boolean) =>
    db.transaction().execute(async (transaction) => {
      const n = await read(transaction);
      await sql`update counter set n = -1`.execute(transaction);
      if (fails) await sql`select 1 / 0`.execute(transaction);
      await setImmediate();
      await sql`update counter set n = ${n + 1}`.execute(transaction);
    });
  const work = Array.from({ length: 20 }, async (_, i) => {
    if (i % 5 === 0) await assert.rejects(count(true), { code: '22012' });
    else if (i % 5 === 1) await executeSql('begin; update counter set n = n + 1; commit');
    else if (i % 5 === 2) await assert.rejects(executeSql('begin; select 1 / 0; commit'));
    else await count(false);
    assert.ok((await read(db)) >= 0);
  });
  for (let i = 0; i < 20; i++) assert.ok((await read(db)) >= 0);
  await Promise.all(work);
  assert.equal(await read(db), 12);
});

test('a library of a later version is refused and left alone', async (t) => {
  const dataDirectory = await newDataDirectory(t);
  const { db } = await openEmbedded(join(dataDirectory, 'database'));
  await sql`insert into kysely_migration values ('9999_later', '2099-01-01')`.execute(db);
  await db.destroy();
  await assert.rejects(openLibrary({ dataDirectory }), {
    code: 'SCHEMA_TOO_NEW',
    message: /9999_later/,
  });
});

test('a data directory that is a file, or whose database is broken, is named', async (t) => {
  const folder = await temporaryFolder(t);
  const file = await write(join(folder, 'file'), '');
  await assert.rejects(openLibrary({ dataDirectory: file }), {
    code: 'BAD_DATA_DIRECTORY',
    message: new RegExp(file),
  });
  const broken = join(folder, 'broken');
  await mkdir(join(broken, 'database'), { recursive: true });
  await writeFile(join(broken, 'database', 'PG_VERSION'), '9.4\n');
  await assert.rejects(openLibrary({ dataDirectory: broken }), {
    code: 'BAD_DATA_DIRECTORY',
    message: new RegExp(broken),
  });
});

test('misspelt options are errors', async () => {
  await assert.rejects(openLibrary({ dataDirectory: '' }), { code: 'BAD_OPTION' });
  await assert.rejects(openLibrary({ dataDir: '/tmp' } as never), {
    code: 'BAD_OPTION',
    message: /dataDirectory.*dataDir/,
  });
});

test('one process at a time, until that one dies, however it dies', async (t) => {
  const dataDirectory = await newDataDirectory(t);
  const holder = fork(join(import.meta.dirname, 'hold-library.ts'), [dataDirectory]);
  await once(holder, 'message');
  await assert.rejects(openLibrary({ dataDirectory }), (error: Error & { code: string }) => {
    assert.equal(error.code, 'LOCKED');
    assert.ok(error.message.includes(dataDirectory));
    assert.ok(error.message.includes(`process ${holder.pid}`));
    return true;
  });
  holder.kill('SIGKILL');
  await once(holder, 'exit');

  const library = await openLibrary({ dataDirectory });
  await assert.rejects(openLibrary({ dataDirectory }), { code: 'LOCKED' });
  await library.close();
  await (await openLibrary({ dataDirectory })).close();
});

test('history, recommendations and map survive a restart and go with a forgotten song', async (t) => {
  const dataDirectory = await newDataDirectory(t);
  const folder = await temporaryFolder(t);
  await write(join(folder, 'a.wav'), wav(100));
  const first = await openLibrary({ dataDirectory });
  await first.scan([folder]);
  await first.analyze({ audio: wavReader, embedder: statisticsEmbedder() });
  const { id } = (await first.find(join(folder, 'a.wav')))!;
  await first.addListens('Ada', [{ trackId: id, kind: 'like', at: 1 }]);
  await first.addRecommendations('Ada', [id], 2);
  await first.saveMap('statistics', [{ trackId: id, x: 1, y: 2 }]);
  await first.close();

  const second = await openLibrary({ dataDirectory });
  t.after(() => second.close());
  const counts = async () =>
    (
      await Promise.all([
        second.listens('Ada'),
        second.recommendations('Ada'),
        second.map('statistics'),
      ])
    ).map(({ length }) => length);
  assert.deepEqual(await counts(), [1, 1, 1]);
  await second.forget([id]);
  assert.deepEqual(await counts(), [0, 0, 0]);
});
