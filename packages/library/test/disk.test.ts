/** A disk that is full, or may only be read: a file system of its own, which root may mount. */
import assert from 'node:assert/strict';
import { execFileSync, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openLibrary } from '../src/index.ts';
import { newDataDirectory } from './helpers.ts';

const mayMount =
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['--mount', 'true']).status === 0;
const skip = !mayMount && 'mounting a file system needs root';

/** A new library on a file system of its own. */
async function mounted(t: TestContext, megabytes: number) {
  const disk = await mkdtemp(join(tmpdir(), 'consonance-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', disk]);
  t.after(async () => {
    execFileSync('umount', ['--lazy', disk]);
    await rm(disk, { recursive: true });
  });
  const dataDirectory = join(disk, 'data');
  await cp(await newDataDirectory(t), dataDirectory, { recursive: true });
  return { disk, dataDirectory };
}

test(
  'on a full disk writes are refused; with room again, all that was acknowledged is there',
  { skip },
  async (t) => {
    const { disk, dataDirectory } = await mounted(t, 200);
    const { bavail, bsize } = await statfs(disk);
    const filler = join(disk, 'filler');
    await writeFile(filler, Buffer.alloc(bavail * bsize - 2 ** 20));
    // In a process of its own: it may end with its database.
    const child = fork(join(import.meta.dirname, 'fill-disk.ts'), [dataDirectory]);
    let saved = 0;
    child.on('message', (count: number) => (saved = count));
    await once(child, 'exit');
    assert.ok(saved > 0);

    await rm(filler);
    const library = await openLibrary({ dataDirectory });
    t.after(() => library.close());
    const names = new Set((await library.playlists()).map(({ name }) => name));
    for (let i = 1; i <= saved; i += 1) assert.ok(names.has(String(i)), `${i} of ${saved} is lost`);
    await library.savePlaylist({ name: 'afterwards', trackIds: [] });
  },
);

test('a data directory that may only be read is named', { skip }, async (t) => {
  const { disk, dataDirectory } = await mounted(t, 200);
  execFileSync('mount', ['-o', 'remount,ro', disk]);
  await assert.rejects(openLibrary({ dataDirectory }), {
    code: 'BAD_DATA_DIRECTORY',
    message: new RegExp(dataDirectory),
  });
});
