import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { countMp3Frames, decodeMp3, hasMp3Decoder } from '../src/index.ts';

const skip = !hasMp3Decoder;
const fixtures = path.join(import.meta.dirname, '../../audio/test/fixtures');

/** A file from its first frame on. */
function framesOf(name: string): Buffer {
  const data = readFileSync(path.join(fixtures, name));
  const isTagged = data.toString('latin1', 0, 3) === 'ID3';
  const size = [6, 7, 8, 9].reduce((bytes, at) => bytes * 128 + data[at]!, 0);
  return data.subarray(isTagged ? 10 + size : 0);
}

/** Amplitude of 440 Hz. */
function amplitude(samples: Float32Array, sampleRate: number): number {
  let [re, im] = [0, 0];
  samples.forEach((sample, i) => {
    re += sample * Math.cos((2 * Math.PI * 440 * i) / sampleRate);
    im += sample * Math.sin((2 * Math.PI * 440 * i) / sampleRate);
  });
  return (2 * Math.hypot(re, im)) / samples.length;
}

/** Samples a frame; MPEG 2 has half as many at half the rate. */
const files = { 'tone.mp3': 1152, 'mono.mp3': 576, 'vbr-no-xing.mp3': 1152 };

for (const [name, size] of Object.entries(files)) {
  test(`${name}: all frames, pitch and level`, { skip }, () => {
    const bytes = framesOf(name);
    const { frames, bytes: used } = countMp3Frames(bytes);
    assert.equal(used, bytes.length);
    const samples = decodeMp3(bytes, frames)!;
    assert.equal(samples.length, size * frames);
    const rate = 44_100 * (size / 1152);
    assert.ok(Math.abs(amplitude(samples.slice(0.4 * rate, 1.4 * rate), rate) - 0.4) < 0.03);
  });

  test(`${name}: entered later, the same samples once the reservoir is full`, { skip }, () => {
    const bytes = framesOf(name);
    const { frames } = countMp3Frames(bytes);
    const whole = decodeMp3(bytes, frames)!.slice();
    let at = 0;
    for (let i = 0; i < 10; i++) at += frameBytes(bytes.subarray(at));
    const part = decodeMp3(bytes.subarray(at), frames - 10)!;
    for (let i = 20 * size; i < part.length; i++) {
      assert.ok(Math.abs(part[i]! - whole[10 * size + i]!) < 1e-6);
    }
  });
}

/** Bytes up to the next frame of the same kind. */
function frameBytes(bytes: Buffer): number {
  const header = bytes.subarray(0, 2);
  for (let next = bytes.indexOf(header, 24); next > 0; next = bytes.indexOf(header, next + 1)) {
    if (countMp3Frames(bytes.subarray(0, next)).bytes === next) return next;
  }
  throw new Error('Expected another frame');
}

test('what is no frame ends the run; too few frames are refused', { skip }, () => {
  const bytes = framesOf('tone.mp3');
  const { frames } = countMp3Frames(bytes);
  assert.deepEqual(countMp3Frames(new Uint8Array(0)), { frames: 0, bytes: 0 });
  assert.equal(countMp3Frames(bytes.subarray(0, -1)).frames, frames - 1);
  assert.equal(countMp3Frames(Buffer.concat([bytes, Buffer.from('TAG')])).frames, frames);
  assert.equal(decodeMp3(bytes, frames + 1), undefined);
  assert.equal(decodeMp3(bytes, 0), undefined);
  const mono = framesOf('mono.mp3');
  assert.equal(
    countMp3Frames(Buffer.concat([bytes, mono])).frames,
    frames,
    'another kind of frame',
  );
});

test('damaged bytes: samples that are numbers, or nothing', { skip }, () => {
  const names = readdirSync(fixtures).filter((name) => name.endsWith('.mp3'));
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 40 }),
      (name, damage) => {
        const bytes = Buffer.from(framesOf(name).subarray(0, 20_000));
        for (const [at, value] of damage) bytes[at % bytes.length] = value;
        const { frames } = countMp3Frames(bytes);
        const samples = decodeMp3(bytes, frames);
        assert.ok(samples === undefined || samples.every(Number.isFinite));
      },
    ),
    { numRuns: 100 },
  );
});

test('what is compiled for a newer processor does nothing as the addon is loaded', { skip }, () => {
  const addon = readFileSync(path.join(import.meta.dirname, '../build/decode.node'), 'latin1');
  const initialisers = addon.match(/_GLOBAL__sub_I_\w+/g);
  assert.deepEqual([...new Set(initialisers)], ['_GLOBAL__sub_I_mp3']);
});
