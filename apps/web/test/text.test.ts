import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ticks } from '../src/features/song/ticks.ts';
import { analysisText, clock, roughly, songs } from '../src/format.ts';

test('lengths as clocks show them', () => {
  assert.equal(clock(0), '0:00');
  assert.equal(clock(67.9), '1:07');
  assert.equal(clock(3725), '1:02:05');
  assert.equal(clock(null), '–');
});

test('rough lengths', () => {
  assert.deepEqual([40, 720, 12_000, 400_000].map(roughly), [
    '40 s',
    '12 min',
    '3 h 20 min',
    '5 days',
  ]);
});

test('counts of songs', () => {
  assert.deepEqual([0, 1, 100_000].map(songs), ['0 songs', '1 song', '100,000 songs']);
});

test('what the analysis does', () => {
  const progress = {
    state: 'analysing' as const,
    total: 1000,
    done: 10,
    failed: 0,
    filesPerSecond: 2.54,
    etaSeconds: 390,
    currentFile: null,
    error: null,
    endedAt: null,
  };
  assert.equal(analysisText(progress), 'Analysing 10 of 1,000 songs · 2.5 a second · 7 min left');
  assert.equal(
    analysisText({ ...progress, filesPerSecond: 0, etaSeconds: null }),
    'Analysing 10 of 1,000 songs',
  );
  assert.equal(analysisText({ ...progress, state: 'paused' }), 'Paused at 10 of 1,000 songs');
  assert.match(analysisText({ ...progress, error: 'no space left' }), /stopped: no space left/);
});

test('times under a spectrogram are round, few, and within the song', () => {
  assert.deepEqual(ticks(30), [0, 5, 10, 15, 20, 25, 30]);
  assert.deepEqual(ticks(247), [0, 60, 120, 180, 240]);
  assert.ok(ticks(90_000).length < 20);
});
