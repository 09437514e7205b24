import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { slower } from '../scripts/instructions.mjs';

test('more instructions than committed are a failure that names the case', () => {
  const file = path.join(import.meta.dirname, '../bench/instructions.json');
  const { counts } = JSON.parse(readFileSync(file, 'utf8')) as { counts: Record<string, number> };
  const name = 'avx2 float32 12000 512 256 96';
  const times = (factor: number) => ({ ...counts, [name]: counts[name]! * factor });
  assert.deepEqual(slower(times(0.5), counts), []);
  assert.deepEqual(slower(times(1.019), counts), []);
  assert.deepEqual(slower(times(1.021), counts), [name]);
  assert.deepEqual(slower({ ...counts, 'another one': 1 }, counts), ['another one']);
});
