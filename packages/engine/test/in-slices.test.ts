import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Sliced } from '@consonance/recommender';
import { inSlices } from '../src/in-slices.ts';

test('what waits is done between the slices of long work', async () => {
  let isDone = false;
  setImmediate(() => (isDone = true));
  function* work(): Sliced<boolean> {
    for (let part = 0; part < 1e9 && !isDone; part++) yield;
    return isDone;
  }
  assert.equal(await inSlices(work()), true);
});
