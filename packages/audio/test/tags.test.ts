import assert from 'node:assert/strict';
import { test } from 'node:test';
import { analyzeFile, readTags } from '../src/index.ts';
import { changedFixture, fixture, frontEnd, hasCode, temporaryDirectory } from './helpers.ts';

const expectedTags = {
  title: 'Sine',
  artist: 'Oscillator',
  album: 'Waves',
  albumArtist: 'Various',
  genres: ['Electronic'],
  year: 2021,
};

for (const name of [
  'tone.mp3',
  'cover.mp3',
  'tone.ogg',
  'tone.opus',
  'tone.m4a',
  'alac.m4a',
  'tone.wma',
  'tone.flac',
]) {
  test(`${name}: tags`, async () => {
    assert.deepEqual(await readTags(fixture(name)), expectedTags);
  });
}

test('a file without tags has no title and no genres', async () => {
  for (const name of ['vbr-no-xing.mp3', 'narrow.wav', 'tone.aac', 'two-streams.mka']) {
    const { title, artist, genres } = await readTags(fixture(name));
    assert.deepEqual([title, artist, genres], [undefined, undefined, []], name);
  }
});

test('broken tags cost a warning, not the file', async (context) => {
  const path = changedFixture(temporaryDirectory(context), 'tone.mp3', 'broken.mp3', (data) => {
    data[3] = 0xff; // Major version of ID3v2.
    return data;
  });
  const { windows, tags, warnings } = await analyzeFile(path, frontEnd);
  assert.equal(windows.length, 3);
  assert.deepEqual(tags, { genres: [] });
  assert.match(warnings.join(), /readable tags.*broken\.mp3/);
});

test('a missing file is UNREADABLE', async () => {
  await assert.rejects(readTags(fixture('gone.mp3')), hasCode('UNREADABLE', 'gone.mp3'));
});
