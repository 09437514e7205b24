import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  isInside,
  middleOf,
  nearestRow,
  nearestRows,
  rowsInside,
  viewOf,
} from '../src/features/map/geometry.ts';

const places = fc.array(
  fc.tuple(fc.integer({ min: -100, max: 100 }), fc.integer({ min: -100, max: 100 })),
  { minLength: 1, maxLength: 30 },
);
const all = () => true;

describe('the map', () => {
  it('shows every song, at one scale for both axes', () => {
    fc.assert(
      fc.property(places, fc.integer({ min: 100, max: 2000 }), (songs, width) => {
        const height = 600;
        const { x, y } = viewOf(songs.flat(), width, height);
        for (const [at, up] of songs) {
          assert.ok(at > x.min && at < x.max);
          assert.ok(up > y.min && up < y.max);
        }
        const scales = [(x.max - x.min) / width, (y.max - y.min) / height];
        assert.ok(Math.abs(scales[0]! / scales[1]! - 1) < 1e-9);
      }),
    );
  });

  it('finds what lies within a lasso, also one with a dent', () => {
    const dented = [0, 0, 4, 0, 4, 4, 2, 1, 0, 4];
    assert.equal(isInside(dented, 1, 1), true);
    assert.equal(isInside(dented, 2, 3), false);
    assert.equal(isInside(dented, 5, 1), false);
    const songs = [1, 1, 2, 3, 3, 1];
    assert.deepEqual(rowsInside(songs, dented, all), [0, 2]);
    assert.deepEqual(
      rowsInside(songs, dented, (row) => row !== 0),
      [2],
    );
  });

  it('finds the nearest shown song within reach', () => {
    const songs = [0, 0, 3, 0, 10, 10];
    assert.equal(nearestRow(songs, [2, 0], 5, all), 1);
    assert.equal(
      nearestRow(songs, [2, 0], 5, (row) => row !== 1),
      0,
    );
    assert.equal(nearestRow(songs, [50, 50], 5, all), undefined);
  });

  it('orders songs by their distance, itself first', () => {
    fc.assert(
      fc.property(places, (songs) => {
        const xy = songs.flat();
        const rows = [...songs.keys()];
        const near = nearestRows(xy, rows, songs[0]!, songs.length);
        const distances = near.map((row) =>
          Math.hypot(songs[row]![0] - songs[0]![0], songs[row]![1] - songs[0]![1]),
        );
        assert.equal(distances[0], 0);
        assert.deepEqual(
          distances,
          distances.toSorted((a, b) => a - b),
        );
        assert.deepEqual(
          near.toSorted((a, b) => a - b),
          rows,
        );
      }),
    );
  });

  it('knows the middle of songs', () => {
    assert.deepEqual(middleOf([0, 0, 4, 2, 9, 9], [0, 1]), [2, 1]);
  });
});
