import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clip } from '@consonance/models/training';
import { corpusFolds } from '../../src/embedders/folds.ts';

const clips = (corpus: string, count: number, rest: Partial<Clip> = {}): Clip[] =>
  Array.from({ length: count }, (_, i) => ({
    path: `/${corpus}/${i}`,
    label: 'rock',
    artist: corpus,
    work: `${corpus} ${i}`,
    corpus,
    recorded: true,
    ...rest,
  }));

test('corpora stay whole, of unlike size spread evenly, labels apart', () => {
  const all = [
    ...clips('a', 9),
    ...clips('b', 8),
    ...clips('c', 7, { label: 'jazz' }),
    ...clips('d', 2, { label: 'jazz' }),
    ...clips('notes', 50, { recorded: false }),
  ];
  const folds = corpusFolds(all, 2);
  assert.deepEqual(folds, [
    ['a', 'd'],
    ['b', 'c'],
  ]);
  assert.deepEqual(corpusFolds(all.toReversed(), 2), folds, 'whatever the order');
});

test('corpora with a common artist go together, those of notes included', () => {
  const folds = corpusFolds(
    [
      ...clips('a', 3, { artist: 'one' }),
      ...clips('b', 3, { artist: 'two' }),
      ...clips('b', 1, { artist: 'one', recorded: false }),
      ...clips('c', 5),
    ],
    5,
  );
  assert.deepEqual(folds, [['a', 'b'], ['c']], 'and no fold is empty');
});
