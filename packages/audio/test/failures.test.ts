import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { AudioOptionError, analyzeFile } from '../src/index.ts';
import { changedFixture, fixture, frontEnd, hasCode, temporaryDirectory } from './helpers.ts';
import { wavFile } from './wav.ts';

const analyze = (path: string) => analyzeFile(path, frontEnd);
const text = 'And I sang of the sound of the sea, and the line ends here.\n'.repeat(5000);

test('missing file, folder, file without permission: UNREADABLE', async (context) => {
  const directory = temporaryDirectory(context);
  await assert.rejects(
    analyze(join(directory, 'gone.mp3')),
    hasCode('UNREADABLE', 'gone.mp3', 'ENOENT'),
  );
  mkdirSync(join(directory, 'folder.mp3'));
  await assert.rejects(analyze(join(directory, 'folder.mp3')), hasCode('UNREADABLE', 'folder.mp3'));
  await assert.rejects(analyze(join(directory, 'nul\0.mp3')), hasCode('UNREADABLE'));
  if (process.platform !== 'win32' && process.getuid!() !== 0) {
    const path = changedFixture(directory, 'tone.mp3', 'secret.mp3', (data) => data);
    chmodSync(path, 0);
    await assert.rejects(analyze(path), hasCode('UNREADABLE', 'secret.mp3', 'EACCES'));
  }
});

test('0 bytes: EMPTY', async (context) => {
  const path = join(temporaryDirectory(context), 'nothing.mp3');
  writeFileSync(path, '');
  await assert.rejects(analyze(path), hasCode('EMPTY', 'nothing.mp3'));
});

test('text, random bytes and playlists with names of audio: NOT_AUDIO', async (context) => {
  const directory = temporaryDirectory(context);
  let state = 1;
  const noise = Buffer.alloc(300_000).map(() => (state = (state * 48271) % 2147483647) & 255);
  const playlist = `#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n${fixture('tone.mp3')}\n`;
  const concat = `ffconcat version 1.0\nfile '${fixture('tone.mp3')}'\n`;
  for (const data of [text, noise, playlist, concat, '\0'.repeat(10_000), 'x']) {
    for (const extension of ['.mp3', '.flac', '.wav', '.m4a', '.ogg', '.aac', '.wma', '.opus']) {
      const path = join(directory, `fake${extension}`);
      writeFileSync(path, data);
      await assert.rejects(analyze(path), hasCode('NOT_AUDIO', path));
    }
  }
});

test('a picture or a video without sound: NO_AUDIO_STREAM', async (context) => {
  const directory = temporaryDirectory(context);
  const renamed = changedFixture(directory, 'picture.png', 'renamed.mp3', (data) => data);
  for (const path of [fixture('picture.png'), fixture('silent-video.mp4'), renamed]) {
    await assert.rejects(analyze(path), hasCode('NO_AUDIO_STREAM', path));
  }
});

/** Adds a Content Encryption object to an ASF header. */
function withContentEncryption(data: Buffer): Buffer {
  const object = Buffer.alloc(24 + 16 + 4);
  Buffer.from('fbb3112223bdd211b4b700a0c955fc6e', 'hex').copy(object);
  object.writeBigUInt64LE(BigInt(object.length), 16);
  object.writeUInt32LE(4, 28); // No secret data; four bytes of protection type.
  object.write('DRM', 32);
  data.writeBigUInt64LE(data.readBigUInt64LE(16) + BigInt(object.length), 16);
  data.writeUInt32LE(data.readUInt32LE(24) + 1, 24);
  return Buffer.concat([data.subarray(0, 30), object, data.subarray(30)]);
}

test('encrypted MP4 and ASF: PROTECTED', async (context) => {
  const directory = temporaryDirectory(context);
  const fairPlay = changedFixture(directory, 'tone.m4a', 'store.m4p', (data) => {
    data.write('drms', data.lastIndexOf('mp4a'), 'latin1');
    return data;
  });
  const windowsMedia = changedFixture(directory, 'tone.wma', 'store.wma', withContentEncryption);
  for (const path of [fixture('encrypted.m4a'), fairPlay, windowsMedia]) {
    await assert.rejects(analyze(path), hasCode('PROTECTED', path));
  }
});

test('an unknown codec in a known container: UNSUPPORTED_CODEC', async (context) => {
  const path = changedFixture(temporaryDirectory(context), 'narrow.wav', 'odd.wav', (data) => {
    data.writeUInt16LE(0x7abc, 20);
    return data;
  });
  await assert.rejects(analyze(path), hasCode('UNSUPPORTED_CODEC', 'odd.wav'));
});

test('less than half a second: TOO_SHORT', async (context) => {
  const directory = temporaryDirectory(context);
  for (const samples of [0, 1, 100, 3999]) {
    const path = join(directory, `${samples}.wav`);
    writeFileSync(path, wavFile(new Int16Array(samples), 8000));
    await assert.rejects(analyze(path), hasCode('TOO_SHORT', path));
  }
  const path = join(directory, 'enough.wav');
  writeFileSync(path, wavFile(new Int16Array(4000), 8000));
  assert.equal((await analyze(path)).durationSeconds, 0.5);
});

test('containers cut down to nothing usable, or filled with noise: CORRUPT', async (context) => {
  const directory = temporaryDirectory(context);
  for (const name of [
    'tone.flac',
    'tone.ogg',
    'tone.opus',
    'tone.m4a',
    'alac.m4a',
    'tone.wma',
    'cover.mp3',
  ]) {
    const path = changedFixture(directory, name, `cut.${name}`, (data) => data.subarray(0, 400));
    await assert.rejects(analyze(path), hasCode('CORRUPT', path));
  }
  const noisy = changedFixture(directory, 'tone.flac', 'noisy.flac', (data) =>
    data.fill('garbage', 500),
  );
  await assert.rejects(analyze(noisy), hasCode('CORRUPT', noisy));
});

test('damage in the middle is a warning', async (context) => {
  const path = changedFixture(temporaryDirectory(context), 'tone.flac', 'scratched.flac', (data) =>
    data.fill(0x5a, 50_000, 52_000),
  );
  const { windows, warnings } = await analyze(path);
  assert.ok(windows.length > 0);
  assert.match(warnings.join(), /could not be decoded/);
});

test("a wrong front end is the caller's mistake", async () => {
  const bad = { ...frontEnd, hopLength: 0 };
  await assert.rejects(analyzeFile(fixture('tone.mp3'), bad), AudioOptionError);
});
