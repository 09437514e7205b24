/** Spectrograms that go from one process to another in a file. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { AudioWorkerPool, readMels, removeMels } from '../src/index.ts';
import { fixture, frontEnd, hasCode, temporaryDirectory } from './helpers.ts';

function openPool(outputDirectory: string): AudioWorkerPool {
  const pool = new AudioWorkerPool({ workers: 1, frontEnd, outputDirectory });
  after(() => pool.close());
  return pool;
}

test('what is read is what was heard, of several tracks at once', async (t) => {
  const folder = temporaryDirectory(t);
  const pool = openPool(folder);
  const names = ['tone.mp3', 'tone.flac'];
  const stored = [];
  for (const name of names) stored.push(await pool.analyzeInto(fixture(name), join(folder, name)));
  for (const { windows } of stored) {
    for (const { mel } of windows) assert.ok('file' in mel, 'nothing long comes with the answer');
  }
  const read = readMels(stored.map(({ windows }) => windows));
  for (const [i, name] of names.entries()) {
    const { windows, ...rest } = await pool.analyze(fixture(name));
    assert.deepEqual(read[i], windows);
    assert.deepEqual({ ...stored[i], windows }, { ...rest, windows });
  }
  await removeMels(stored.flatMap(({ windows }) => windows));
  assert.deepEqual(readdirSync(folder), []);
});

test('without room for the file they come with the answer', async (t) => {
  const folder = temporaryDirectory(t);
  const pool = openPool(folder);
  const target = join(folder, 'gone', 'mel');
  const audio = await pool.analyzeInto(fixture('tone.mp3'), target);
  assert.deepEqual(audio, await pool.analyze(fixture('tone.mp3')));
  assert.deepEqual(readMels([audio.windows]), [audio.windows]);
  await removeMels(audio.windows);
});

test('a file that is not whole is no spectrogram', async (t) => {
  const folder = temporaryDirectory(t);
  const target = join(folder, 'mel');
  const { windows } = await openPool(folder).analyzeInto(fixture('tone.mp3'), target);
  truncateSync(target, 1000);
  assert.throws(() => readMels([windows]), /Expected \d+ bytes of spectrograms in .*mel but read/);
});

test('a track that cannot be heard leaves no file', async (t) => {
  const folder = temporaryDirectory(t);
  const target = join(folder, 'mel');
  const analyze = openPool(folder).analyzeInto(fixture('picture.png'), target);
  await assert.rejects(analyze, hasCode('NO_AUDIO_STREAM', 'picture.png'));
  assert.equal(existsSync(target), false);
});
