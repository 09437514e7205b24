import assert from 'node:assert/strict';
import { mkdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Directories } from '../src/directories.ts';
import { temporaryFolder } from './media/helpers.ts';

test('what a listing shows can be chosen, however much it shows; what nobody saw for long is forgotten', async () => {
  const root = realpathSync(await temporaryFolder());
  for (let i = 0; i < 20_001; i++) mkdirSync(path.join(root, 'many', `${i}`), { recursive: true });
  const directories = new Directories([root]);
  const [top] = (await directories.list()).directories;
  const [many] = (await directories.list(top!.directoryId)).directories;
  const listing = await directories.list(many!.directoryId);
  assert.equal(listing.directories.length, 20_001);
  assert.equal(await directories.resolve(listing.parentId!), root);
  assert.equal(await directories.resolve(listing.directoryId!), path.join(root, 'many'));
  const ids = listing.directories.map(({ directoryId }) => directoryId);
  for (const id of [ids[0]!, ids.at(-1)!]) await directories.resolve(id);
  await directories.list(listing.parentId!);
  const known = await Promise.allSettled(ids.map((id) => directories.resolve(id)));
  const forgotten = known.filter(({ status }) => status === 'rejected');
  assert.ok(forgotten.length > 0 && forgotten.length < 10, `${forgotten.length}`);
});
