import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { planWindows } from '../src/index.ts';

const plan = { windowSeconds: 30, windowsPerTrack: 3 };

test('equal gaps around as many windows as fit', () => {
  assert.deepEqual(planWindows(130, plan), [10, 50, 90]);
  assert.deepEqual(planWindows(90, plan), [0, 30, 60]);
  assert.deepEqual(planWindows(75, plan), [5, 40]);
  assert.deepEqual(planWindows(50, plan), [10]);
  assert.deepEqual(planWindows(30, plan), [0]);
  assert.deepEqual(planWindows(12, plan), [0]);
  assert.deepEqual(planWindows(0, plan), [0]);
});

test('windows never overlap, stay inside and lie symmetrically', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1e5, noNaN: true }),
      fc.double({ min: 0.1, max: 600, noNaN: true }),
      fc.integer({ min: 1, max: 20 }),
      (duration, windowSeconds, windowsPerTrack) => {
        const starts = planWindows(duration, { windowSeconds, windowsPerTrack });
        const slack = 1e-6;
        assert.ok(starts.length >= 1 && starts.length <= windowsPerTrack);
        starts.slice(1).forEach((start, index) => {
          assert.ok(start - starts[index]! >= windowSeconds - slack);
        });
        if (duration >= windowSeconds) {
          const after = duration - starts.at(-1)! - windowSeconds;
          assert.ok(starts[0]! >= 0 && Math.abs(starts[0]! - after) < slack);
        } else {
          assert.deepEqual(starts, [0]);
        }
      },
    ),
  );
});
