import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { build, buildTest } from '../scripts/build.mjs';
import { compile } from '../scripts/compile.mjs';

const scratch = mkdtempSync(path.join(tmpdir(), 'consonance-dsp-'));
after(() => rmSync(scratch, { recursive: true }));
const log = () => {};

test('the C++ core passes its own tests, under sanitizers where they run', async (context) => {
  const reason = await whySanitizersDoNotRun();
  if (reason) context.diagnostic(reason);
  const program = await buildTest({ sanitize: !reason, log });
  assert.match(execFileSync(program, { encoding: 'utf8' }), /all tests passed/);
});

test('vendored files are the ones that VENDORED.md lists', () => {
  const folder = fileURLToPath(new URL('../vendor/kissfft/', import.meta.url));
  const sha256 = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => statSync(path.join(folder, file)).isFile() && file !== 'VENDORED.md')
    .map((file) => `| ${file} | ${sha256(path.join(folder, file))} |`);
  const table = readFileSync(path.join(folder, 'VENDORED.md'), 'utf8');
  const listed = table.split('\n').filter((line) => /\| [0-9a-f]{64} \|$/.test(line));
  assert.deepEqual(found.sort(), listed.sort());
});

describe('the build', () => {
  test('has nothing to do a second time', async () => {
    await build({ log });
    const output = new URL('../build/Release/dsp.node', import.meta.url);
    const { mtimeMs } = statSync(output);
    assert.equal(await build({ log }), false);
    assert.equal(statSync(output).mtimeMs, mtimeMs);
  });

  test('follows its sources and keeps the old output when they do not compile', async () => {
    const source = path.join(scratch, 'main.cpp');
    const output = path.join(scratch, 'main');
    const settings = {
      output,
      flags: [],
      linkFlags: [],
      inputs: [source],
      log,
      units: [{ name: 'main', source }],
    };
    writeFileSync(source, 'int main() { return 3; }');
    assert.equal(await compile(settings), true);
    assert.equal(await compile(settings), false);
    writeFileSync(source, 'int main() { return 4; }');
    assert.equal(await compile(settings), true);
    assert.equal(spawnSync(output).status, 4);
    writeFileSync(source, 'int main() { return nonsense; }');
    await assert.rejects(compile(settings), /nonsense/);
    assert.equal(spawnSync(output).status, 4);
  });

  test('says what to install when there is no compiler', async () => {
    const source = `
      import { build } from ${JSON.stringify(new URL('../scripts/build.mjs', import.meta.url))};
      await build().catch((error) => console.log(error.message));
    `;
    const message = execFileSync(process.execPath, ['--input-type=module', '--eval', source], {
      encoding: 'utf8',
      env: { ...process.env, CXX: '/no/such/compiler' },
    });
    assert.match(message, /Expected a C\+\+ compiler at '\/no\/such\/compiler'.*Install/);
  });
});

/** Some toolchains lack the sanitizers' libraries, some kernels their address layout. */
async function whySanitizersDoNotRun(): Promise<string | undefined> {
  const source = path.join(scratch, 'probe.cpp');
  writeFileSync(source, 'int main() { return 0; }');
  const output = path.join(scratch, 'probe');
  try {
    const flags = ['-fsanitize=address,undefined'];
    const units = [{ name: 'probe', source }];
    await compile({ output, flags, linkFlags: flags, inputs: [source], units, log });
    for (let i = 0; i < 5; ++i) execFileSync(output, { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    return `sanitizers do not run here: ${(error as Error).message.split('\n')[0]}`;
  }
}
