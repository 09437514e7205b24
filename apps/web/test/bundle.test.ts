import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import { gzipSync } from 'node:zlib';

const out = path.resolve(import.meta.dirname, '../out');

before(() => {
  assert.ok(existsSync(path.join(out, 'index.html')), 'The pages are not built: npm run setup');
});

test('the home page loads less than 300 kB of compressed JavaScript', (context) => {
  const html = readFileSync(path.join(out, 'index.html'), 'utf8');
  const scripts = [...html.matchAll(/<script[^>]*\ssrc="([^"]+)"[^>]*>/g)]
    // Old browsers alone fetch these.
    .filter(([tag]) => !/nomodule/i.test(tag))
    .map(([, source]) => source!.split('?')[0]!);
  assert.ok(scripts.length > 3);
  const bytes = [...new Set(scripts)].reduce(
    (sum, script) => sum + gzipSync(readFileSync(path.join(out, script))).length,
    0,
  );
  context.diagnostic(`${(bytes / 1000).toFixed(0)} kB`);
  assert.ok(bytes < 300_000, `${bytes} bytes`);
});

/** What only the server's own code or the packages that it needs would bring along. */
const serverCode =
  /["']node:[a-z]|\.node["']|node-av|tfjs|pglite|kysely|fastify|better-sqlite|onnx/;

test('no page loads native or server code', () => {
  const server = path.resolve(out, '../../api/src/server.ts');
  assert.match(readFileSync(server, 'utf8'), serverCode);
  const scripts = globSync('_next/static/**/*.js', { cwd: out });
  assert.ok(scripts.length > 5);
  for (const script of scripts) {
    const found = serverCode.exec(readFileSync(path.join(out, script), 'utf8'));
    assert.equal(found?.[0], undefined, script);
  }
});

test('no page names a foreign host that it would load something from', () => {
  for (const page of globSync('**/*.html', { cwd: out })) {
    const html = readFileSync(path.join(out, page), 'utf8');
    assert.doesNotMatch(html, /(?:src|href)="(?:https?:)?\/\//, page);
  }
});
