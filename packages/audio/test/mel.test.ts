import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { melSpectrogram } from '@consonance/dsp-native';
import { analyzeFile, decodeMono, frontEndFrames, melOfWindow, planWindows } from '../src/index.ts';
import { fixture, frontEnd, hasCode, largestDifference, temporaryDirectory } from './helpers.ts';
import { wavFile } from './wav.ts';

test('file -> mel equals samples -> mel', async () => {
  for (const name of ['tone.mp3', 'tone.flac', 'tone.m4a', 'tone.wma']) {
    const { windows } = await analyzeFile(fixture(name), frontEnd);
    assert.equal(windows.length, 3);
    for (const { startSeconds, mel } of windows) {
      const part = { sampleRate: 12000, startSeconds, durationSeconds: 1.2 };
      const expected = melOfWindow(decodeMono(fixture(name), part), frontEnd);
      assert.equal(mel.length, 96 * frontEndFrames(frontEnd));
      assert.ok(largestDifference(mel, expected) < 0.01, name);
    }
  }
});

test('a second spectrogram follows the first', () => {
  const samples = Float32Array.from({ length: 14400 }, (_, index) => Math.sin(index / 7));
  const { sampleRate: _, windowSeconds: __, windowsPerTrack: ___, ...options } = frontEnd;
  const second = { ...options, melBands: 40, hopLength: 128, compression: 'log' } as const;
  const both = melOfWindow(samples, { ...frontEnd, second });
  const first = melOfWindow(samples, frontEnd);
  assert.deepEqual(both.subarray(0, first.length), first);
  assert.deepEqual(both.subarray(first.length), melOfWindow(samples, { ...frontEnd, ...second }));
});

test('compression follows its formula', () => {
  const samples = Float32Array.from(
    { length: 14400 },
    (_, index) => Math.sin(index / 7) * (index / 14400),
  );
  const { fftSize, hopLength, melBands, fMin, fMax, melScale, melNorm, power } = frontEnd;
  const options = {
    sampleRate: 12000,
    fftSize,
    hopLength,
    melBands,
    fMin,
    fMax,
    melScale,
    melNorm,
    power,
  };
  const raw = melSpectrogram(samples, options).data;
  const decibel = melOfWindow(samples, frontEnd);
  const log = melOfWindow(samples, { ...frontEnd, compression: 'log' });
  assert.ok(
    largestDifference(
      decibel,
      raw.map((x) => 10 * Math.log10(Math.max(x, 1e-10))),
    ) < 1e-4,
  );
  assert.ok(
    largestDifference(
      log,
      raw.map((x) => Math.log(1 + 10000 * x)),
    ) < 1e-4,
  );
});

test('silence is -100 dB, or 0 in log', () => {
  const silence = new Float32Array(14400);
  assert.ok(melOfWindow(silence, frontEnd).every((value) => value === -100));
  assert.ok(
    melOfWindow(silence, { ...frontEnd, compression: 'log' }).every((value) => value === 0),
  );
});

test('a silent file is analysed', async (context) => {
  const path = join(temporaryDirectory(context), 'silence.wav');
  writeFileSync(path, wavFile(new Int16Array(16000), 8000));
  const { windows, warnings } = await analyzeFile(path, frontEnd);
  assert.deepEqual(warnings, []);
  assert.ok(windows[0]!.mel.every((value) => value === -100));
});

test('short samples are padded with silence, long ones refused', () => {
  const samples = new Float32Array(6000).fill(0.5);
  const padded = new Float32Array(14400);
  padded.set(samples);
  assert.deepEqual(melOfWindow(samples, frontEnd), melOfWindow(padded, frontEnd));
  assert.equal(melOfWindow(new Float32Array(0), frontEnd).length, 96 * 57);
  assert.throws(
    () => melOfWindow(new Float32Array(14401), frontEnd),
    hasCode('INVALID_OPTION', 'samples'),
  );
});

test('a clip shorter than a window has one window from 0', async () => {
  const { windows, durationSeconds } = await analyzeFile(fixture('tone.mp3'), {
    ...frontEnd,
    windowSeconds: 29.12,
  });
  assert.equal(durationSeconds, 4);
  assert.deepEqual(
    windows.map(({ startSeconds }) => startSeconds),
    planWindows(4, { windowSeconds: 29.12, windowsPerTrack: 3 }),
  );
  assert.equal(windows[0]!.mel.length, 96 * 1366);
});
