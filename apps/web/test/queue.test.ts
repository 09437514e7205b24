import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type PlayerTrack,
  type Queue,
  append,
  current,
  emptyQueue,
  playNext,
  removeAt,
  step,
} from '../src/player/queue.ts';

const song = (id: string): PlayerTrack => ({
  id,
  title: id,
  artist: null,
  durationSeconds: 30,
  hasCover: false,
});

const ids = ({ tracks }: Queue) => tracks.map(({ id }) => id).join('');

const abc: Queue = { tracks: [...'abc'].map(song), index: 0 };

/** Any queue with a current song. */
const queues = fc
  .array(fc.string({ minLength: 1, maxLength: 1 }), { minLength: 1, maxLength: 8 })
  .chain((names) =>
    fc.record({
      tracks: fc.constant(names.map(song)),
      index: fc.integer({ min: 0, max: names.length - 1 }),
    }),
  );

test('a song that is put next comes after the current one, and waits only once', () => {
  assert.equal(ids(playNext(abc, song('x'))), 'axbc');
  assert.equal(ids(playNext(abc, song('c'))), 'acb');
  assert.equal(ids(playNext(emptyQueue, song('x'))), 'x');
  fc.assert(
    fc.property(queues, (queue) => {
      const changed = playNext(queue, song('x'));
      assert.equal(current(changed), current(queue));
      assert.equal(current(step(changed, 1)!)?.id, 'x');
    }),
  );
});

test('songs are appended behind all others', () => {
  assert.equal(ids(append(abc, [song('x'), song('y')])), 'abcxy');
});

test('taking out another song keeps the current one; taking it out goes to the next', () => {
  fc.assert(
    fc.property(queues, fc.nat(7), (queue, at) => {
      fc.pre(at < queue.tracks.length);
      const left = removeAt(queue, at);
      assert.equal(left.tracks.length, queue.tracks.length - 1);
      if (at !== queue.index) assert.equal(current(left), current(queue));
    }),
  );
  assert.equal(current(removeAt(abc, 0))?.id, 'b');
  assert.equal(current(removeAt({ ...abc, index: 2 }, 2))?.id, 'b');
  assert.equal(current(removeAt({ tracks: [song('a')], index: 0 }, 0)), undefined);
});

test('there is nothing before the first and after the last song', () => {
  assert.equal(step(abc, -1), undefined);
  assert.equal(step({ ...abc, index: 2 }, 1), undefined);
});
