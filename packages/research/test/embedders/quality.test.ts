import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hubness, mayMatch, type Recording, scoreQuery } from '../../src/embedders/quality.ts';

const recording = (label: string, artist: string, rest: Partial<Recording> = {}): Recording => ({
  label,
  artist,
  work: `${label} ${artist}`,
  corpus: 'c',
  ...rest,
});

test('own artist and work are no candidates; an unknown artist may be anybody of the corpus', () => {
  const query = recording('rock', 'x');
  const may = (candidate: Recording) => mayMatch(query, candidate);
  assert.equal(may(query), false);
  assert.equal(may(recording('rock', 'x', { work: 'another' })), false);
  assert.equal(may(recording('rock', 'y', { work: query.work })), false);
  assert.equal(may(recording('rock', 'y')), true);
  assert.equal(may(recording('rock', '')), false);
  assert.equal(may(recording('rock', '', { corpus: 'd' })), true);
});

test('precision, recall and silhouette by hand', () => {
  // Angles in degrees: the query at 0, five of its genre, three of another between them.
  const at = (degrees: number) =>
    Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180));
  const songs = [
    { song: recording('rock', 'q'), angle: 0 },
    ...[10, 20, 60, 70].map((angle, i) => ({ song: recording('rock', `r${i}`), angle })),
    ...[30, 40, 50].map((angle, i) => ({ song: recording('jazz', `j${i}`), angle })),
    { song: recording('rock', 'q', { work: 'not a candidate' }), angle: 1 },
  ];
  const recordings = songs.map(({ song }) => song);
  const embeddings = songs.map(({ angle }) => at(angle));
  const scores = scoreQuery(0, recordings, embeddings)!;
  assert.deepEqual(scores.nearest, [1, 2, 5, 6, 7]);
  assert.equal(scores.precisionAt5, 2 / 5);
  assert.equal(scores.recallAt50, 1);
  const mean = (angles: number[]) =>
    angles.reduce((sum, a) => sum + 1 - Math.cos((a * Math.PI) / 180), 0) / angles.length;
  const [own, other] = [mean([10, 20, 60, 70]), mean([30, 40, 50])];
  assert.ok(Math.abs(scores.silhouette - (other - own) / Math.max(own, other)) < 1e-6);
  const alone = [recording('folk', 'f'), ...recordings];
  assert.equal(scoreQuery(0, alone, [at(0), ...embeddings]), undefined, 'nothing to find');
});

test('hubness is the skewness of the neighbour counts', () => {
  assert.equal(hubness([[0], [1], [2], [3]], 4), 0);
  // Counts 4, 0, 0, 0: skewness 2 / sqrt(3).
  assert.ok(Math.abs(hubness([[0], [0], [0], [0]], 4) - 2 / Math.sqrt(3)) < 1e-12);
});
