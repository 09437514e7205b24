import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { contentPolicy, inlineScriptHashes } from '../../src/security/content-policy.ts';
import { readPagePolicies } from '../../src/security/index.ts';
import { temporaryFolder } from '../media/helpers.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('base64');

test('inline scripts are hashed as they stand, those with a source are not', () => {
  const html =
    '<script src="/a.js" async></script><script>one()</script><SCRIPT id="x">\n two(1 < 2)\n</SCRIPT>' +
    '<script>one()</script><script type="application/json">{}</script>';
  const expected = ['one()', '\n two(1 < 2)\n', '{}'].map(sha256);
  assert.deepEqual(inlineScriptHashes(html), expected);
});

test('no script runs inline or from elsewhere', () => {
  const policy = contentPolicy();
  assert.match(policy, /script-src 'self';/);
  assert.doesNotMatch(policy, /unsafe-eval|script-src[^;]*unsafe-inline|https?:|\*/);
});

test('each page has the hashes of its own scripts', async () => {
  const directory = await temporaryFolder();
  await mkdir(join(directory, 'songs'));
  const files = { 'index.html': 'a()', 'songs/one.html': 'b()' };
  for (const [name, code] of Object.entries(files)) {
    await writeFile(join(directory, name), `<script>${code}</script>`);
  }
  const policies = await readPagePolicies(directory);
  assert.equal(policies.size, 2);
  for (const [name, code] of Object.entries(files)) {
    const policy = policies.get(join(directory, name))!;
    assert.ok(policy.includes(`script-src 'self' 'sha256-${sha256(code)}';`), policy);
  }
});
