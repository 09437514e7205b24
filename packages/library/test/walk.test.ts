import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { type TestContext, test } from 'node:test';
import { contentHash } from '../src/content-hash.ts';
import { normalise, storable } from '../src/text.ts';
import { type WalkReport, type WalkedFile, walk } from '../src/walk.ts';
import { temporaryFolder, write } from './helpers.ts';

const extensions = new Set(['.mp3', '.wav']);

async function walkAll(...roots: string[]) {
  const report: WalkReport = { roots: new Set(), files: new Set(), problems: [] };
  const files: WalkedFile[] = [];
  for await (const file of walk(roots, extensions, report)) files.push(file);
  const root = await realpath(roots[0]!);
  return { report, files, names: files.map((file) => relative(root, file.path)) };
}

async function musicFolder(t: TestContext): Promise<string> {
  return realpath(await temporaryFolder(t));
}

test('audio files in a steady order, without hidden ones and other kinds', async (t) => {
  const folder = await musicFolder(t);
  const names = ['b.mp3', 'a/z.MP3', 'a/.hidden.mp3', '.git/x.mp3', 'cover.jpg', 'a/0.wav', 'mp3'];
  for (const name of names) await write(join(folder, name), name);
  const expectedNames = ['a/0.wav', 'a/z.MP3', 'b.mp3'].map((name) => name.replaceAll('/', sep));
  assert.deepEqual((await walkAll(folder)).names, expectedNames);
  assert.deepEqual((await walkAll(folder, join(folder, 'a'), folder)).names, expectedNames);
  assert.equal((await walkAll(folder)).files[2]!.size, 5);
});

test('a file given by name is taken whatever its extension', async (t) => {
  const file = await write(join(await musicFolder(t), '.odd'), 'x');
  assert.deepEqual([...(await walkAll(file)).report.files], [file]);
});

test('links: loops end, each real file comes once, dead ones are reported', async (t) => {
  const folder = await musicFolder(t);
  const outside = await musicFolder(t);
  await write(join(folder, 'album', 'song.mp3'), 'song');
  await write(join(outside, 'far.mp3'), 'far');
  await symlink(folder, join(folder, 'album', 'loop'));
  await symlink('..', join(folder, 'parent'));
  await symlink('album', join(folder, 'again'));
  await symlink(join('album', 'song.mp3'), join(folder, 'same.mp3'));
  await symlink(outside, join(folder, 'outside'));
  await symlink('nowhere', join(folder, 'dead.mp3'));
  const { files, report } = await walkAll(folder);
  const paths = files.map((file) => file.path).sort();
  assert.deepEqual(paths, [join(folder, 'album', 'song.mp3'), join(outside, 'far.mp3')].sort());
  assert.deepEqual([...report.roots].sort(), [folder, join(folder, 'album'), outside].sort());
  assert.deepEqual(
    report.problems.map(({ path, code }) => [path, code]),
    [[join(folder, 'dead.mp3'), 'NOT_FOUND']],
  );
});

test('composed and decomposed names, emoji and line breaks are different files', async (t) => {
  const folder = await musicFolder(t);
  const names = ['caf\u00e9.mp3', 'cafe\u0301.mp3', '🎷.mp3', 'two\nlines.mp3', "it's; drop.mp3"];
  for (const name of names) await write(join(folder, name), name);
  assert.deepEqual((await walkAll(folder)).names, names.sort());
});

test(
  'a name that is not UTF-8 is yielded escaped',
  { skip: process.platform !== 'linux' },
  async (t) => {
    const folder = await musicFolder(t);
    await writeFile(
      Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.of(0xe9), Buffer.from('.mp3')]),
      'x',
    );
    await mkdir(Buffer.concat([Buffer.from(`${folder}/dir`), Buffer.of(0xff)]));
    const { files, report } = await walkAll(folder);
    assert.deepEqual(
      files.map(({ path, badName }) => [path, badName]),
      [[join(folder, 'caf\\xE9.mp3'), true]],
    );
    assert.deepEqual(
      report.problems.map(({ path, code }) => [path, code]),
      [[join(folder, 'dir\\xFF'), 'BAD_NAME']],
    );
  },
);

test('missing roots, sockets and paths too long for an index are reported', async (t) => {
  const folder = await musicFolder(t);
  const missing = join(folder, 'missing');
  const { report } = await walkAll(folder, missing);
  assert.deepEqual([...report.roots], [folder, missing]);
  assert.deepEqual(
    report.problems.map(({ path, code }) => [path, code]),
    [[missing, 'NOT_FOUND']],
  );
  const deep = join(folder, ...Array.from({ length: 12 }, (_, i) => String(i).repeat(120)));
  await write(join(deep, 'song.mp3'), 'x');
  assert.equal((await walkAll(folder)).names.length, 1);
  const deeper = join(deep, ...Array.from({ length: 12 }, () => 'd'.repeat(120)));
  await write(join(deeper, 'song.mp3'), 'x');
  assert.deepEqual(
    (await walkAll(folder)).report.problems.map(({ code }) => code),
    ['PATH_TOO_LONG'],
  );
});

test(
  'an unreadable folder is reported and the rest goes on',
  { skip: process.platform === 'win32' },
  async (t) => {
    const folder = await musicFolder(t);
    await write(join(folder, 'closed', 'a.mp3'), 'a');
    await write(join(folder, 'open', 'b.mp3'), 'b');
    await chmod(folder, 0o755);
    await chmod(join(folder, 'closed'), 0o000);
    // Root reads everything, so the walk runs as nobody there.
    const isRoot = process.getuid?.() === 0;
    const program = `
    import { walk } from ${JSON.stringify(new URL('../src/walk.ts', import.meta.url).href)};
    ${isRoot ? 'process.setgid(65534); process.setuid(65534);' : ''}
    const report = { roots: new Set(), files: new Set(), problems: [] };
    for await (const file of walk([process.argv[1]], new Set(['.mp3']), report));
    console.log(JSON.stringify([[...report.files], report.problems.map((p) => [p.path, p.code])]));`;
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', program, folder]);
    await chmod(join(folder, 'closed'), 0o700);
    assert.deepEqual(JSON.parse(output.toString()), [
      [join(folder, 'open', 'b.mp3')],
      [[join(folder, 'closed'), 'UNREADABLE']],
    ]);
  },
);

test('the content hash sees the size, the beginning, the middle and the end', async (t) => {
  const folder = await musicFolder(t);
  const size = 1_000_000;
  const hashOf = async (content: Buffer) =>
    contentHash(await write(join(folder, 'file'), content), content.length);
  const hashes = [await hashOf(Buffer.alloc(size)), await hashOf(Buffer.alloc(size + 1))];
  for (const position of [0, 65_535, size / 2, size - 65_536, size - 1]) {
    const content = Buffer.alloc(size);
    content[position] = 1;
    hashes.push(await hashOf(content));
  }
  hashes.push(await hashOf(Buffer.alloc(0)), await hashOf(Buffer.from('a')));
  assert.equal(new Set(hashes).size, hashes.length);
  assert.equal(await hashOf(Buffer.alloc(size)), hashes[0]);
});

test('texts are compared without case, accents and signs', () => {
  assert.equal(normalise('Étincelles, Op. 36'), 'etincelles op 36');
  assert.equal(normalise('E\u0301TINCELLES  op-36'), 'etincelles op 36');
  assert.equal(normalise('Ærøskøbing Straße Łódź'), 'aeroskobing strasse lodz');
  assert.equal(normalise("Don't  Stop"), 'dont stop');
  assert.equal(normalise('椎名林檎 ③'), '椎名林檎 3');
  assert.equal(normalise('!!!'), '!!!');
  assert.equal(normalise(' '), '');
});

test('text is made fit for PostgreSQL', () => {
  assert.equal(storable('a\0b\ud800'), 'ab\ufffd');
  assert.equal(storable('x'.repeat(5000)).length, 1000);
});
