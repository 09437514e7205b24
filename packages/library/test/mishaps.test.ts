/** What happens around a library: processes that die at the wrong moment, clocks that jump, files that others write. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { openLibrary } from '../src/index.ts';
import {
  emptyLibrary,
  newDataDirectory,
  statisticsEmbedder,
  temporaryFolder,
  testFile,
  wav,
  wavReader,
  write,
} from './helpers.ts';
import { addLaterMigration } from './later-migration.ts';
import { hasPostgres, noPostgres, startPostgres } from './postgres-server.ts';

const databases = {
  embedded: { skip: false, url: async () => undefined },
  server: {
    skip: !hasPostgres() && noPostgres,
    async url() {
      const server = await startPostgres();
      testFile.after(() => server.close());
      return server.newDatabase();
    },
  },
};

for (const [name, { skip, url }] of Object.entries(databases)) {
  test(
    `killed in the middle of a migration: it is as if it had not begun (${name})`,
    { skip },
    async (t) => {
      const [dataDirectory, folder] = [await newDataDirectory(t), await temporaryFolder(t)];
      const databaseUrl = await url();
      const open = () => openLibrary({ dataDirectory, databaseUrl });
      await write(join(folder, 'a.wav'), wav(100));
      const before = await open();
      await before.scan([folder]);
      await before.close();

      const script = join(import.meta.dirname, 'half-migrate.ts');
      const child = fork(script, [
        dataDirectory,
        ...(databaseUrl === undefined ? [] : [databaseUrl]),
      ]);
      assert.deepEqual(await once(child, 'exit'), [null, 'SIGKILL']);

      const after = await open();
      const { tracks } = await after.tracks({});
      assert.deepEqual(
        tracks.map(({ path, title }) => [basename(path), title]),
        [['a.wav', 'a']],
      );
      await after.close();
      t.after(addLaterMigration(() => {}));
      const migrated = await open();
      assert.equal((await migrated.tracks({})).tracks[0]!.title, 'later');
      await migrated.close();
    },
  );
}

test('a clock that jumps by days: every file is analysed once, the time left stays a time', async (t) => {
  const library = await emptyLibrary();
  const folder = await temporaryFolder(t);
  for (let i = 0; i < 30; i += 1) await write(join(folder, `${i}.wav`), wav(100 + 10 * i));
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  const hour = 3600 * 1000;
  const jumping = (hours: readonly number[]) => {
    let calls = 0;
    return {
      analyze(path: string) {
        const jump = hours[calls % hours.length]! * hour;
        calls += 1;
        t.mock.timers.setTime(Date.now() + jump);
        return wavReader.analyze(path);
      },
    };
  };
  await library.scan([folder]);
  const times: (number | null)[] = [];
  const { analysed } = await library.analyze({
    ...{ audio: jumping([48, -96, 7, -1]), embedder: statisticsEmbedder() },
    onProgress: ({ etaSeconds }) => times.push(etaSeconds),
  });
  assert.equal(analysed, 30);
  assert.ok(
    times.every((time) => time === null || (time >= 0 && time < 3600)),
    times.join(),
  );
  // Leases end by the same clock.
  await library.work({
    ...{ audio: jumping([0, 0, 0, 24]), embedder: statisticsEmbedder('other') },
    ...{ concurrency: 4, untilEmpty: true },
  });
  assert.equal(new Set((await library.features('other')).ids).size, 30);
  assert.deepEqual(await library.failures(), []);
});

test('files that come, change and go during scans and analyses: in the end all is as it is', async (t) => {
  const library = await emptyLibrary();
  const folder = await temporaryFolder(t);
  const present = new Map<string, number>();
  let isOver = false;
  async function meddle(): Promise<void> {
    for (let i = 0; !isOver; i += 1) {
      const name = `${(7 * i) % 60}.wav`;
      if (i % 4 === 3) {
        present.delete(name);
        await rm(join(folder, name), { force: true });
      } else {
        present.set(name, i);
        // Content and size of its own.
        await write(join(folder, name), wav(100 + (i % 700), 800 + (i % 1000)));
      }
      await turn();
    }
  }
  const meddling = meddle();
  const options = { audio: wavReader, embedder: statisticsEmbedder() };
  for (let round = 0; round < 5; round += 1) {
    await library.scan([folder]);
    await library.analyze(options);
  }
  isOver = true;
  await meddling;
  await library.scan([folder]);
  await library.analyze({ ...options, retryFailures: true });
  const { tracks } = await library.tracks({ status: 'analysed', limit: 100 });
  assert.deepEqual(tracks.map(({ path }) => basename(path)).sort(), [...present.keys()].sort());
  for (const { path, durationSeconds } of tracks) {
    const { durationSeconds: expected } = await wavReader.analyze(path);
    assert.equal(durationSeconds, expected, path);
  }
  assert.deepEqual(await library.failures(), []);
});
