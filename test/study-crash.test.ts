/** Twenty people rate at once, the server is killed among them and started again: nothing is lost or doubled. */
import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { root } from './run.ts';
import {
  type Acknowledged,
  analysedSongs,
  lostOrDoubled,
  openStudy,
  StudyServer,
  takePart,
} from './study-participants.ts';

test('ratings survive kill -9 in the middle of a study', { timeout: 600_000 }, async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'consonance-study-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  for (const genre of ['jazz', 'rock', 'folk']) {
    const songs = path.join(root, 'demo', 'library', genre);
    for (const file of (await readdir(songs)).sort().slice(0, 4)) {
      await cp(path.join(songs, file), path.join(folder, 'music', file));
    }
  }
  const dataDirectory = path.join(folder, 'data');
  const ids = await analysedSongs(dataDirectory, path.join(folder, 'music'));
  assert.equal(ids.length, 12);

  const server = new StudyServer(dataDirectory);
  await server.start();
  t.after(() => server.stop('SIGKILL'));
  const { id, tokens } = await openStudy(server, { participants: 20, songs: 2, clipSeconds: 5 });
  const acknowledged: Acknowledged[][] = tokens.map(() => []);
  const all = Promise.all(
    tokens.map((token, seed) => takePart(server, { token, ids, seed }, acknowledged[seed]!)),
  );
  let isOver = false;
  const over = all.finally(() => (isOver = true));
  const everybodyRates = () => acknowledged.every((ratings) => ratings.length > 0);
  while (!everybodyRates() && !isOver) await wait(1);
  const before = acknowledged.flat().length;
  await server.stop('SIGKILL');
  assert.equal(isOver, false, 'the server was killed while people rated');
  await server.start();
  await over;
  const { finished, ratings } = await server.query('studies.progress', { id });
  assert.deepEqual([finished, ratings], [20, acknowledged.flat().length]);
  assert.ok(before < ratings, `${before} of ${ratings} before the end`);
  assert.deepEqual(await lostOrDoubled(server, id, acknowledged), []);
});
