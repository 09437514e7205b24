/** The licence check of `npm run audit`; its vulnerabilities need the registry. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';

const root = path.resolve(import.meta.dirname, '..');
// Plain JavaScript without declarations.
const { isAccepted, refusedLicences } = (await import(path.join(root, 'scripts/audit.mjs'))) as {
  isAccepted(expression: string): boolean;
  refusedLicences(lock: object): string[];
};

test('of a choice one licence must be accepted, of a sum all', () => {
  for (const licence of ['MIT', '(MIT OR GPL-3.0-only)', 'Apache-2.0 AND MIT', '(MIT AND Zlib)']) {
    assert.ok(isAccepted(licence), licence);
  }
  for (const licence of ['GPL-3.0-only', 'AGPL-3.0', 'MIT AND GPL-2.0-only', 'UNLICENSED', '']) {
    assert.ok(!isAccepted(licence), licence);
  }
});

test('every package of the lock file has a licence that is accepted; others are named', async () => {
  const lock = JSON.parse(await readFile(path.join(root, 'package-lock.json'), 'utf8')) as {
    packages: object;
  };
  assert.deepEqual(refusedLicences(lock), []);
  const packages = {
    ...lock.packages,
    'node_modules/a': { version: '1.0.0', license: 'AGPL-3.0-only' },
    'node_modules/a/node_modules/@b/c': { version: '2.0.0' },
  };
  assert.deepEqual(refusedLicences({ packages }), [
    'a@1.0.0: AGPL-3.0-only',
    '@b/c@2.0.0: none stated',
  ]);
});
