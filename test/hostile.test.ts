/** 200 damaged files and some that mean harm among 200 good ones: no good one is lost, every bad one is accounted for. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { wav } from '@consonance/audio/testing';
import { seededRandom } from '@consonance/statistics';
import { attacks, damaged, sounds } from './hostile/files.ts';
import { consonance } from './run.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'consonance-hostile-'));
});
after(() => rm(folder, { recursive: true, force: true }));

test('200 good files among 200 damaged ones', { timeout: 900_000 }, async () => {
  const music = path.join(folder, 'music');
  await mkdir(path.join(music, 'good'), { recursive: true });
  await mkdir(path.join(music, 'damaged'));
  for (let i = 0; i < 200; i++) {
    await writeFile(path.join(music, 'good', `${i}.wav`), wav(200 + 10 * i, 8000));
  }
  const random = seededRandom(20261124);
  const sources = await sounds();
  for (let i = 0; i < 200; i++) {
    const { name, data } = sources[i % sources.length]!;
    const file = path.join(music, 'damaged', `${i}${path.extname(name)}`);
    await writeFile(file, damaged(data, random));
  }
  const crafted = Object.entries(await attacks());
  for (const [name, data] of crafted) await writeFile(path.join(music, 'damaged', name), data);
  const bad = 200 + crafted.length;

  const dataDir = path.join(folder, 'data');
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await consonance(...args, '--json', '--data-dir', dataDir);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout);
  };
  const result = await run('analyze', music);
  assert.equal(result.found, 200 + bad);
  assert.equal(result.analysed + result.reused + result.failed + result.unchanged, 200 + bad);
  assert.ok(
    result.failed > 20,
    `only ${result.failed} failed: the damage is too mild to prove anything`,
  );

  const { tracks } = await run('library', 'list', '--limit', '1000');
  const states = Object.groupBy(tracks as { path: string; status: string }[], (track) =>
    path.basename(path.dirname(track.path)),
  );
  assert.ok(states.good!.every(({ status }) => status === 'analysed'));
  assert.equal(states.damaged!.length, bad);
  assert.ok(states.damaged!.every(({ status }) => status === 'analysed' || status === 'failed'));
  const failures: { path: string; message: string; code: string }[] = await run(
    'library',
    'failures',
  );
  assert.equal(failures.length, result.failed);
  for (const { message, code } of failures) {
    assert.ok(message.length > 10);
    assert.notEqual(code, 'CRASHED');
  }
});
