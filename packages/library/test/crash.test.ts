import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { openLibrary } from '../src/index.ts';
import { newDataDirectory, temporaryFolder, wav, write } from './helpers.ts';

const goodFiles = 150;
const badFiles = 10;

/** Runs the analysis; kills it (SIGKILL) once it has acknowledged `more` files, or never. */
async function analyze(dataDirectory: string, folder: string, more: number) {
  const child = fork(join(import.meta.dirname, 'analyze-folder.ts'), [dataDirectory, folder]);
  const state = { opened: 0, acknowledged: 0 };
  child.on('message', (message: Partial<typeof state>) => {
    Object.assign(state, message);
    if (message.opened !== undefined) state.acknowledged = message.opened;
    if (state.acknowledged >= state.opened + more) child.kill('SIGKILL');
  });
  const [code] = await once(child, 'exit');
  return { ...state, code };
}

test('killed at any moment, nothing acknowledged is lost and nothing is done twice', async (t) => {
  const dataDirectory = await newDataDirectory(t);
  const folder = await temporaryFolder(t);
  for (let i = 0; i < goodFiles; i += 1) await write(join(folder, `${i}.wav`), wav(100 + 5 * i));
  for (let i = 0; i < badFiles; i += 1) await write(join(folder, `bad ${i}.wav`), `bad ${i}`);

  let acknowledged = 0;
  for (const more of [0, 1, 17, 29, 5]) {
    const run = await analyze(dataDirectory, folder, more);
    assert.equal(run.code, null);
    assert.ok(run.opened >= acknowledged, `${run.opened} of ${acknowledged} are left`);
    acknowledged = run.acknowledged;
  }
  assert.ok(acknowledged < goodFiles + badFiles, 'every run was to be killed in the middle');
  const last = await analyze(dataDirectory, folder, Infinity);
  assert.deepEqual([last.code, last.acknowledged], [0, goodFiles + badFiles]);

  const library = await openLibrary({ dataDirectory });
  t.after(() => library.close());
  const status = { analysed: goodFiles, failed: badFiles, pending: 0 };
  assert.deepEqual(await library.status(), {
    files: goodFiles + badFiles,
    vanished: 0,
    failed: badFiles,
    models: [{ modelId: 'statistics', ...status }],
  });
  const failures = await library.failures();
  assert.deepEqual(new Set(failures.map(({ attempts }) => attempts)), new Set([1]));
  assert.equal(new Set((await library.features('statistics')).ids).size, goodFiles);
});
