/** What happens around a library: clocks that jump, files that others write. */
import assert from 'node:assert/strict';
import { rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import {
  emptyLibrary,
  statisticsEmbedder,
  temporaryFolder,
  wav,
  wavReader,
  write,
} from './helpers.ts';

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
    audio: jumping([48, -96, 7, -1]),
    embedder: statisticsEmbedder(),
    onProgress: ({ etaSeconds }) => times.push(etaSeconds),
  });
  assert.equal(analysed, 30);
  assert.ok(
    times.every((time) => time === null || (time >= 0 && time < 3600)),
    times.join(),
  );
  assert.equal(new Set((await library.features('statistics')).ids).size, 30);
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

test('a file that is another one only while it is analysed has its own features in the end', async (t) => {
  const library = await emptyLibrary();
  const folder = await temporaryFolder(t);
  const [file, aside] = [join(folder, 'a.wav'), join(folder, 'aside')];
  await write(file, wav(100, 800));
  await library.scan([folder]);
  const audio = {
    async analyze(path: string) {
      await rename(file, aside);
      await write(file, wav(700, 1600));
      return wavReader.analyze(path);
    },
  };
  const embedder = statisticsEmbedder();
  await library.analyze({ audio, embedder });
  // With the size and time that the scan saw: nothing tells the next one to look again but what the analysis noted.
  await rename(aside, file);
  await library.scan([folder]);
  await library.analyze({ audio: wavReader, embedder });
  const { tracks } = await library.tracks({ status: 'analysed' });
  assert.deepEqual(
    tracks.map(({ durationSeconds }) => durationSeconds),
    [0.1],
  );
});
