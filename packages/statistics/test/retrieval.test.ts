import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Embedded, macro, precisionAtK } from '../src/index.ts';

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
