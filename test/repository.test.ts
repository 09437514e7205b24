/** What the repository must never carry. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const root = path.resolve(import.meta.dirname, '..');
const files = execFileSync(
  'git',
  ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
  {
    cwd: root,
    encoding: 'utf8',
  },
)
  .split('\0')
  .filter((file) => file && statSync(path.join(root, file), { throwIfNoEntry: false })?.isFile());

test('no file names the host of a package registry, and the lock file has no addresses', () => {
  // Written apart, so that this file does not match itself.
  const hosts = [
    'registry.npmjs' + '.org',
    'pypi' + '.org',
    'pythonhosted' + '.org',
    'deb.debian' + '.org',
  ];
  for (const file of files) {
    const text = readFileSync(path.join(root, file), 'latin1');
    for (const host of hosts) assert.ok(!text.includes(host), `${file} names ${host}`);
  }
  const lock = readFileSync(path.join(root, 'package-lock.json'), 'utf8');
  assert.ok(!/"resolved": "http/.test(lock));
});

test('the demo library is at most 15 MB, holds 60 to 80 clips, and every clip is attributed', () => {
  const clips = files.filter((file) => file.startsWith('demo/library/'));
  const bytes = clips.reduce((sum, file) => sum + statSync(path.join(root, file)).size, 0);
  assert.ok(bytes <= 15e6, `${bytes} bytes`);
  assert.ok(clips.length >= 60 && clips.length <= 80, `${clips.length} clips`);
  const manifest = readFileSync(path.join(root, 'demo/manifest.csv'), 'utf8');
  for (const clip of clips) assert.ok(manifest.includes(clip.replace('demo/', '')), clip);
  const credits = readFileSync(path.join(root, 'demo/ATTRIBUTION.md'), 'utf8');
  assert.equal(
    credits.split('\n').filter((line) => line.startsWith('| ')).length - 1,
    clips.length,
  );
});
