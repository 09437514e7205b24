/** No argument brings the process down, nor has an addon write beside an array. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

for (const seed of [1, 2]) {
  test(`addons throw at what they cannot take, seed ${seed}`, async () => {
    const main = path.join(import.meta.dirname, 'addons/main.ts');
    const args = ['--expose-gc', main, '--seed', String(seed), '--calls', '3000'];
    const run = promisify(execFile)(process.execPath, args, { maxBuffer: 1e8 });
    const { stdout } = await run.catch((error: Error & Record<string, string>) => {
      const last = error.stdout!.trim().split('\n').at(-1);
      throw new Error(`${error.signal ?? error.code} in call ${last}: ${error.stderr}`);
    });
    const { returned, threw } = JSON.parse(stdout.trim().split('\n').at(-1)!) as {
      returned: number;
      threw: number;
    };
    assert.equal(returned + threw, 3000);
    assert.ok(returned > 300 && threw > 1000, `${returned} returned, ${threw} threw`);
  });
}
