import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coresOf } from '../src/cores.ts';

test('a list of cores as Linux writes it', () => {
  assert.deepEqual(coresOf('0-2,5'), [0, 1, 2, 5]);
  assert.deepEqual(coresOf('7'), [7]);
});
