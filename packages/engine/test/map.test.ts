import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { openConsonance } from '../src/consonance.ts';

test('a map that could not be read is read again, and then kept', async (t) => {
  const dataDirectory = await mkdtemp(path.join(tmpdir(), 'consonance-map-'));
  const consonance = await openConsonance({ dataDirectory });
  t.after(async () => {
    await consonance.close();
    await rm(dataDirectory, { recursive: true });
  });
  const read = t.mock.method(consonance.library, 'map');
  read.mock.mockImplementationOnce(async () => {
    throw new Error('away');
  });
  await assert.rejects(consonance.mapPoints(), /away/);
  assert.deepEqual(await consonance.mapPoints(), []);
  assert.deepEqual(await consonance.mapPoints(), []);
  assert.equal(read.mock.callCount(), 2);
});
