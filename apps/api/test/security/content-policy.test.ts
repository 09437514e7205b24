import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  contentPolicy,
  inlineScriptHashes,
  PagePolicies,
} from '../../src/security/content-policy.ts';
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

test('each page has the hashes of its own scripts, also when it was built anew', async () => {
  const directory = await temporaryFolder();
  const policies = new PagePolicies();
  for (const [changed, code] of ['a()', 'b()'].entries()) {
    for (const name of ['index.html', 'song.html']) {
      const file = join(directory, name);
      await writeFile(file, `<script>${name}${code}</script>`);
      const policy = policies.of(file, changed);
      assert.ok(policy.includes(`script-src 'self' 'sha256-${sha256(name + code)}';`), policy);
    }
  }
});
