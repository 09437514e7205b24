/** What a decoder process is kept from, seen from inside; and that the same attempts succeed outside. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { confineProgram } from '@consonance/decode-native';
import { AudioWorkerPool, type AudioWorkerPoolOptions } from '../src/index.ts';
import { tryToBreakOut } from '../src/sandbox.ts';
import { fixture, frontEnd, hasCode, temporaryDirectory } from './helpers.ts';

const nothing = { opensSockets: false, writesFiles: false, signalsOthers: false };
const skip = confineProgram === undefined && 'only Linux has the sandbox';

function openPool(options: Partial<AudioWorkerPoolOptions> = {}): AudioWorkerPool {
  const pool = new AudioWorkerPool({ workers: 1, frontEnd, ...options });
  after(() => pool.close());
  return pool;
}

test('a decoder opens no socket, writes no file and signals nobody', { skip }, async () => {
  const pool = openPool();
  assert.deepEqual(await pool.confinement(), nothing);
  // With the codecs loaded it is the same.
  await pool.analyze(fixture('tone.ogg'));
  assert.deepEqual(await pool.confinement(), nothing);
  const everything = { opensSockets: true, writesFiles: true, signalsOthers: true };
  assert.deepEqual(await tryToBreakOut(tmpdir()), everything);
});

test('what has to write may do so in one folder only', { skip }, async (t) => {
  const outputDirectory = temporaryDirectory(t);
  const pool = openPool({ outputDirectory });
  assert.deepEqual(await pool.confinement(), nothing);
  const target = join(outputDirectory, 'out');
  await pool.transcode(fixture('tone.flac'), { target, format: 'mp3' });
  assert.equal((await pool.format(target)).codec, 'mp3');
});

test('a target elsewhere is a mistake of the caller', (t) => {
  const outputDirectory = temporaryDirectory(t);
  const pools = [openPool(), openPool({ outputDirectory })];
  for (const [pool, target] of [
    [pools[0]!, join(outputDirectory, 'out')],
    [pools[1]!, join(outputDirectory, '..', 'out')],
    [pools[1]!, outputDirectory],
  ] as const) {
    const transcode = () => pool.transcode(fixture('tone.flac'), { target, format: 'mp3' });
    assert.throws(transcode, hasCode('INVALID_OPTION', target));
  }
});

test('a process that wants too much memory is refused it', { skip }, () => {
  const allocate = (bytes: number) =>
    spawnSync(confineProgram!, ['', process.execPath, '-e', `Buffer.alloc(${bytes})`]);
  assert.equal(allocate(2 ** 30).status, 0);
  assert.match(String(allocate(5 * 2 ** 30).stderr), /allocation failed/);
});
