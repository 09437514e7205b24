import assert from 'node:assert/strict';
import { Demuxer, Muxer } from 'node-av/api';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { audioExtensions, decodeMono } from '../src/index.ts';
import { decodeWindows } from '../src/decode.ts';
import {
  amplitudeAt,
  changedFixture,
  fixture,
  frontEnd,
  hasCode,
  largestDifference,
  temporaryDirectory,
} from './helpers.ts';
import { wavFile } from './wav.ts';

const sampleRate = 12000;

/** Seconds; what differs from 4 s is padding that the format cannot mark. */
const formats: Record<string, number> = {
  'tone.mp3': 4,
  'cover.mp3': 4,
  'vbr-no-xing.mp3': 4.049,
  'tone.flac': 4,
  'narrow.wav': 4,
  'tone.aiff': 4,
  'tone.ogg': 4,
  'tone.opus': 4,
  'tone.m4a': 4,
  'alac.m4a': 4,
  'tone.aac': 4.04,
  'tone.wma': 3.994,
};

for (const [name, seconds] of Object.entries(formats)) {
  test(`${name}: duration, pitch and level`, () => {
    const samples = decodeMono(fixture(name), { sampleRate });
    assert.ok(Math.abs(samples.length / sampleRate - seconds) < 0.001);
    assert.ok(Math.abs(amplitudeAt(samples.subarray(6000, 42000), 440, sampleRate) - 0.4) < 0.03);
    assert.ok(amplitudeAt(samples.subarray(6000, 42000), 220, sampleRate) < 0.01);
  });

  test(`${name}: any part equals the slice of the whole`, () => {
    for (const rate of [12000, 22050, 44100]) {
      const whole = decodeMono(fixture(name), { sampleRate: rate });
      for (const startSeconds of [0, 0.3, 0.61, 1.9, 2.7]) {
        const part = decodeMono(fixture(name), {
          sampleRate: rate,
          startSeconds,
          durationSeconds: 1.2,
        });
        const start = Math.round(startSeconds * rate);
        const slice = whole.subarray(start, start + Math.round(1.2 * rate));
        assert.equal(part.length, slice.length);
        // Up to what the resampler's reflection at the end of a whole file touches: nothing.
        assert.ok(largestDifference(part, slice) < 2e-6, `${rate} Hz from ${startSeconds} s`);
      }
    }
  });

  test(`${name}: planned windows equal slices of the whole`, () => {
    const whole = decodeMono(fixture(name), { sampleRate });
    const { windows, durationSeconds, warnings } = decodeWindows(fixture(name), frontEnd);
    assert.ok(Math.abs(durationSeconds - seconds) < 0.05);
    assert.deepEqual(warnings, []);
    assert.equal(windows.length, 3);
    for (const { startSeconds, samples } of windows) {
      const start = Math.round(startSeconds * sampleRate);
      assert.equal(samples.length, 14400);
      assert.ok(largestDifference(samples, whole.subarray(start, start + 14400)) < 2e-6);
    }
  });
}

/** What may lie behind the last frame, or be missing there. */
const endings: Record<string, (data: Buffer) => Buffer> = {
  plain: (data) => data,
  'ID3v1 tag': (data) => Buffer.concat([data, Buffer.from('TAG'.padEnd(128, 'x'))]),
  'APEv2 tag': (data) => Buffer.concat([data, Buffer.from('APETAGEX'.padEnd(96, '\0'))]),
  'zeros behind': (data) => Buffer.concat([data, Buffer.alloc(5000)]),
  'cut inside a frame': (data) => data.subarray(0, -300),
  'cut by five frames': (data) => data.subarray(0, -5 * 200),
};

for (const name of ['tone.mp3', 'cover.mp3', 'mono.mp3', 'vbr-no-xing.mp3']) {
  test(`${name}: a part that reaches the end equals that of the whole`, (context) => {
    const directory = temporaryDirectory(context);
    for (const [ending, change] of Object.entries(endings)) {
      const path = changedFixture(directory, name, `${ending}.mp3`, change);
      for (const rate of [12000, 44100]) {
        const whole = decodeMono(path, { sampleRate: rate });
        for (const startSeconds of [0, 0.7, whole.length / rate - 0.2, 100]) {
          const part = decodeMono(path, { sampleRate: rate, startSeconds, durationSeconds: 60 });
          const slice = whole.subarray(Math.round(startSeconds * rate));
          const what = `${ending}, ${rate} Hz from ${startSeconds} s`;
          assert.equal(part.length, slice.length, what);
          assert.ok(largestDifference(part, slice) < 2e-6, what);
        }
      }
    }
  });
}

test('96 kHz, 24 bits: resampled with its level kept', () => {
  const samples = decodeMono(fixture('wide.flac'), { sampleRate });
  assert.equal(samples.length, 12000);
  assert.ok(Math.abs(amplitudeAt(samples, 440, sampleRate) - 0.4) < 0.005);
});

test('5.1: mono is the mean of all six channels', () => {
  const samples = decodeMono(fixture('surround.flac'), { sampleRate: 8000 });
  for (const frequency of [300, 500, 700, 900, 1100, 1300]) {
    assert.ok(Math.abs(amplitudeAt(samples, frequency, 8000) - 0.3 / 6) < 0.001);
  }
});

test('several audio streams: the default one is taken', () => {
  const samples = decodeMono(fixture('two-streams.mka'), { sampleRate });
  assert.ok(amplitudeAt(samples, 880, sampleRate) > 0.35);
  assert.ok(amplitudeAt(samples, 440, sampleRate) < 0.01);
});

test('odd file names', (context) => {
  const directory = temporaryDirectory(context);
  for (const name of [
    'Björk – Jóga 🎵 日本.mp3',
    'http:colon.mp3',
    'per%20cent #1?.mp3',
    '-dash.mp3',
    ' .mp3',
  ]) {
    const path = join(directory, name);
    copyFileSync(fixture('tone.mp3'), path);
    assert.equal(decodeMono(path, { sampleRate }).length, 48000);
  }
});

test('the content decides the format, not the name', (context) => {
  const path = join(temporaryDirectory(context), 'really-flac.mp3');
  copyFileSync(fixture('tone.flac'), path);
  assert.equal(decodeMono(path, { sampleRate }).length, 48000);
});

test('more channels than any layout names', (context) => {
  const path = join(temporaryDirectory(context), 'nine.wav');
  const data = wavFile(
    new Int16Array(9 * 8000).map((_, index) => (index % 9 === 4 ? 9000 : 0)),
    8000,
  );
  data.writeUInt16LE(9, 22);
  data.writeUInt32LE(8000 * 18, 28);
  data.writeUInt16LE(18, 32);
  writeFileSync(path, data);
  const samples = decodeMono(path, { sampleRate: 8000 });
  assert.equal(samples.length, 8000);
  assert.ok(samples.every((sample) => Math.abs(sample - 1000 / 32768) < 1e-6));
});

test('more channels than can be mixed: CORRUPT', (context) => {
  const path = join(temporaryDirectory(context), '116.wav');
  const data = wavFile(new Int16Array(116 * 8000), 8000);
  data.writeUInt16LE(116, 22);
  data.writeUInt32LE(8000 * 232, 28);
  data.writeUInt16LE(232, 32);
  writeFileSync(path, data);
  assert.throws(() => decodeMono(path, { sampleRate: 8000 }), hasCode('CORRUPT', '116'));
});

test('samples that are not finite, or no sound, become 0', (context) => {
  const path = join(temporaryDirectory(context), 'float.wav');
  const samples = new Float32Array(8000).fill(0.25);
  samples.set([NaN, Infinity, -3e38], 4000);
  const data = wavFile(new Int16Array(samples.buffer), 8000);
  data.writeUInt16LE(3, 20);
  data.writeUInt32LE(32000, 28);
  data.writeUInt16LE(4, 32);
  data.writeUInt16LE(32, 34);
  writeFileSync(path, data);
  const decoded = decodeMono(path, { sampleRate: 8000 });
  assert.deepEqual([...decoded.subarray(3999, 4004)], [0.25, 0, 0, 0, 0.25]);
});

test('cut files give what is left, and say so where their header tells', (context) => {
  const directory = temporaryDirectory(context);
  for (const [name, seconds] of Object.entries({
    'tone.mp3': 2,
    'tone.flac': 2,
    'tone.aiff': 2,
    'narrow.wav': 2,
  })) {
    const path = changedFixture(directory, name, name, (data) => data.subarray(0, data.length / 2));
    const { durationSeconds, windows, warnings } = decodeWindows(path, frontEnd);
    assert.ok(Math.abs(durationSeconds - seconds) < 0.1, name);
    assert.equal(windows.length, 1);
    assert.match(warnings[0] ?? '', name === 'narrow.wav' ? /^$/ : /^Expected 4\.00 s/); // FFmpeg believes a WAV file's size
  }
});

test('an MP3 whose Xing header counts only its first part (joined files) is counted', (context) => {
  const path = join(temporaryDirectory(context), 'joined.mp3');
  const data = readFileSync(fixture('tone.mp3'));
  writeFileSync(path, Buffer.concat([data, readFileSync(fixture('vbr-no-xing.mp3'))]));
  assert.ok(decodeWindows(path, frontEnd).durationSeconds > 8);
});

test('joined files of different rates and channels', (context) => {
  const path = changedFixture(
    temporaryDirectory(context),
    'vbr-no-xing.mp3',
    'joined.mp3',
    (data) => Buffer.concat([data, readFileSync(fixture('mono.mp3'))]),
  );
  const whole = decodeMono(path, { sampleRate });
  assert.ok(Math.abs(whole.length / sampleRate - 6.1) < 0.1);
  assert.ok(Math.abs(amplitudeAt(whole.subarray(51000, 70000), 440, sampleRate) - 0.4) < 0.03);
  for (const startSeconds of [0, 3.5, 4.02]) {
    const part = decodeMono(path, { sampleRate, startSeconds, durationSeconds: 1 });
    assert.equal(part.length, 12000);
  }
});

test('an Ogg file whose last packet claims a day of audio is counted', async (context) => {
  const path = join(temporaryDirectory(context), 'claims.ogg');
  {
    await using input = await Demuxer.open(fixture('tone.ogg'));
    await using output = await Muxer.open(path);
    const stream = output.addStream(input.audio()!);
    let remaining = 0;
    for await (const packet of input.packets()) remaining += packet ? 1 : 0;
    await using again = await Demuxer.open(fixture('tone.ogg'));
    for await (const packet of again.packets()) {
      if (packet && --remaining === 0) packet.duration = 2n ** 32n - 82n;
      await output.writePacket(packet, stream);
    }
  }
  const { durationSeconds, windows, warnings } = decodeWindows(path, frontEnd);
  assert.ok(Math.abs(durationSeconds - 4) < 0.1, `${durationSeconds}`);
  assert.equal(windows.length, 3);
  assert.match(warnings[0]!, /Expected \d{5,}.* by the file's header but could read/);
});

test('a part that ends before the file, or lies beyond its end', () => {
  const path = fixture('tone.mp3');
  assert.equal(decodeMono(path, { sampleRate, durationSeconds: 0.1 }).length, 1200);
  assert.equal(decodeMono(path, { sampleRate, startSeconds: 3.9 }).length, 1200);
  assert.equal(decodeMono(path, { sampleRate, startSeconds: 100 }).length, 0);
});

test('options are checked', () => {
  const path = fixture('tone.mp3');
  const decode = (options: object) => () => decodeMono(path, options as { sampleRate: number });
  assert.throws(decode({}), hasCode('INVALID_OPTION', 'options.sampleRate'));
  assert.throws(decode({ sampleRate: 0.5 }), hasCode('INVALID_OPTION', 'options.sampleRate'));
  assert.throws(
    decode({ sampleRate, startSeconds: -1 }),
    hasCode('INVALID_OPTION', 'startSeconds'),
  );
  assert.throws(
    decode({ sampleRate, durationSeconds: NaN }),
    hasCode('INVALID_OPTION', 'durationSeconds'),
  );
  assert.throws(decode({ sampleRate, start: 1 }), hasCode('UNKNOWN_OPTION', 'start'));
});

test('extensions are lower case with a dot', () => {
  for (const extension of audioExtensions) assert.match(extension, /^\.[a-z0-9]+$/);
});
