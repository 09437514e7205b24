import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { hasMp3Decoder } from '@consonance/decode-native';
import { announcedMp3Frames, decodeMp3At } from '../src/mp3-frames.ts';
import { changedFixture, fixture, temporaryDirectory } from './helpers.ts';

const skip = !hasMp3Decoder;
const frameSamples = 1152;
/** More than the fixture has. */
const tenSeconds = 441_000;

/** Behind the ID3v2 tag and the Info frame of tone.mp3: 4 s at 44.1 kHz, with the encoder's delay and padding. */
const firstFrame = (() => {
  const data = readFileSync(fixture('tone.mp3'));
  const header = data.subarray(0, 3).equals(Buffer.from('ID3'))
    ? 10 + data[8]! * 128 + data[9]!
    : 0;
  return data.indexOf(data.subarray(header, header + 2), header + 100);
})();

test('frames up to the end of the file, whatever was asked for', { skip }, (context) => {
  const directory = temporaryDirectory(context);
  const decode = (name: string, change: (data: Buffer) => Buffer) => {
    const path = changedFixture(directory, 'tone.mp3', name, change);
    return decodeMp3At(path, firstFrame, tenSeconds, frameSamples);
  };
  const whole = decode('plain.mp3', (data) => data);
  assert.equal(whole?.reachesEnd, true);
  const frames = announcedMp3Frames(fixture('tone.mp3'), firstFrame)!;
  assert.equal(whole.samples.length, frames * frameSamples);
  const tag = Buffer.from('TAG'.padEnd(128));
  const tagged = decode('tagged.mp3', (data) => Buffer.concat([data, tag]));
  assert.deepEqual([tagged?.samples.length, tagged?.reachesEnd], [whole.samples.length, true]);
});

test('frames before the end do not reach it', { skip }, () => {
  const some = decodeMp3At(fixture('tone.mp3'), firstFrame, 2 * frameSamples, frameSamples);
  assert.deepEqual([some?.samples.length, some?.reachesEnd], [2 * frameSamples, false]);
});

test('what is neither frame nor tag behind the frames is left to FFmpeg', { skip }, (context) => {
  const directory = temporaryDirectory(context);
  const endings: Record<string, (data: Buffer) => Buffer> = {
    cut: (data) => data.subarray(0, -1),
    zeros: (data) => Buffer.concat([data, Buffer.alloc(128)]),
    'long tag': (data) => Buffer.concat([data, Buffer.from('TAG'.padEnd(129))]),
  };
  for (const [name, change] of Object.entries(endings)) {
    const path = changedFixture(directory, 'tone.mp3', `${name}.mp3`, change);
    assert.equal(decodeMp3At(path, firstFrame, tenSeconds, frameSamples), undefined, name);
  }
});

test('a header that does not tell how many frames there are', (context) => {
  const path = changedFixture(temporaryDirectory(context), 'tone.mp3', 'silent.mp3', (data) => {
    const at = Math.max(data.indexOf('Info'), data.indexOf('Xing'));
    data.writeUInt32BE(data.readUInt32BE(at + 4) & ~1, at + 4);
    return data;
  });
  assert.equal(announcedMp3Frames(path, firstFrame), undefined);
  assert.equal(announcedMp3Frames(fixture('vbr-no-xing.mp3'), 0), undefined);
});
