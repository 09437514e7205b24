import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatProgress, formatSeconds } from '../src/progress.ts';
import { formatTable } from '../src/table.ts';

test('seconds read as people say them', () => {
  assert.deepEqual([0.4, 59.4, 75, 3600, 7325].map(formatSeconds), [
    '0 s',
    '59 s',
    '1 min 15 s',
    '1 h 0 min',
    '2 h 2 min',
  ]);
});

test('progress shows what is done, the rate, what is left and what failed', () => {
  const progress = { total: 77, done: 34, failed: 1, filesPerSecond: 5.23, etaSeconds: 8.2 };
  assert.equal(formatProgress(progress), '34/77 files, 5.2 files/s, 8 s left, 1 failed');
  assert.equal(
    formatProgress({ ...progress, done: 77, etaSeconds: 0 }),
    '77/77 files, 5.2 files/s, 1 failed',
  );
});

test('tables align, cut long text, and let no control character through', () => {
  const text = formatTable(
    ['name', 'n'],
    [
      ['a\u001b[31m', 5],
      ['Ünïcödé 🎵', 12],
      ['x'.repeat(99), 1],
    ],
    12,
  );
  assert.deepEqual(text.split('\n'), [
    'name           n',
    'a [31m         5',
    'Ünïcödé 🎵    12',
    'xxxxxxxxxxx…   1',
  ]);
});
