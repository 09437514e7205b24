import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { ModelError } from '../src/errors.ts';
import { writeAtomically } from '../src/tensor-file.ts';

test('a full disk is named, and leaves the old file and no rubbish', async (t) => {
  if (!existsSync('/dev/full')) return t.skip('there is no /dev/full');
  const folder = await mkdtemp(path.join(tmpdir(), 'consonance-full-'));
  const file = path.join(folder, 'history.json');
  await writeFile(file, 'old');
  // Every write to this device fails as on a full disk.
  await symlink('/dev/full', `${file}.${process.pid}.tmp`);
  await assert.rejects(
    writeAtomically(file, 'new'),
    (error) =>
      error instanceof ModelError &&
      error.code === 'NOT_WRITTEN' &&
      /history\.json could not be written: the disk is full/.test(error.message),
  );
  assert.equal(await readFile(file, 'utf8'), 'old');
  assert.deepEqual(await readdir(folder), ['history.json']);
  await rm(folder, { recursive: true });
});
