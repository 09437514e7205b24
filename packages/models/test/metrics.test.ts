import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  accuracy,
  type Embedded,
  labelScores,
  macro,
  precisionAtK,
  rocAuc,
} from '../src/training/metrics.ts';

test('AUC: perfect, reversed, ties, and no value for one side only', () => {
  assert.equal(rocAuc([0.1, 0.4, 0.8, 0.9], [false, false, true, true]), 1);
  assert.equal(rocAuc([0.9, 0.8, 0.4, 0.1], [false, false, true, true]), 0);
  assert.equal(rocAuc([0.5, 0.5, 0.5], [true, false, true]), 0.5);
  // By hand: of the 4 pairs, 3 in order and 1 tied.
  assert.equal(rocAuc([0.1, 0.4, 0.4, 0.9], [false, false, true, true]), 3.5 / 4);
  assert.ok(Number.isNaN(rocAuc([0.3, 0.4], [true, true])));
});

test('precision, recall and F1 at 0.5; nothing found gives 0', () => {
  const probabilities = [
    [0.9, 0.1],
    [0.6, 0.4],
    [0.7, 0.2],
    [0.2, 0.3],
  ];
  const [a, b] = labelScores(probabilities, ['a', 'a', 'b', 'b'], ['a', 'b']);
  assert.equal(a!.precision, 2 / 3);
  assert.equal(a!.recall, 1);
  assert.equal(a!.f1, 0.8);
  assert.deepEqual([b!.precision, b!.recall, b!.f1, b!.support], [0, 0, 0, 2]);
  assert.equal(accuracy(probabilities, ['a', 'a', 'b', 'b'], ['a', 'b']), 0.75);
});

test('macro leaves out what has no value', () => assert.equal(macro([1, NaN, 0]), 0.5));

test('precision@k never counts the own artist or work, and weighs genres equally', () => {
  const song = (degrees: number, label: string, artist: string, work: string): Embedded => {
    const angle = (degrees * Math.PI) / 180;
    return { embedding: Float32Array.of(Math.cos(angle), Math.sin(angle)), label, artist, work };
  };
  const songs = [
    song(0, 'jazz', 'x', 'w1'),
    song(1, 'jazz', 'x', 'w2'),
    song(2, 'jazz', '', 'w1'),
    song(10, 'jazz', 'y', 'w3'),
    song(20, 'rock', 'z', 'w4'),
    song(21, 'rock', '', 'w5'),
  ];
  // The first finds y and z; its own artist's w2 and its own work's other excerpt do not count.
  assert.equal(precisionAtK([songs[0]!], songs, 2), 0.5);
  // jazz 0.5; rock: w5 finds w4 and y, 0.5 as well.
  assert.equal(precisionAtK([songs[0]!, songs[5]!], songs, 2), 0.5);
  assert.ok(Number.isNaN(precisionAtK([], songs)));
});
