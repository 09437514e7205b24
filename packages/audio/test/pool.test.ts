import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { AudioWorkerPool, analyzeFile } from '../src/index.ts';
import { fixture, frontEnd, hasCode } from './helpers.ts';

const linuxOnly = { skip: process.platform !== 'linux' && 'needs /proc' };
const poolModule = new URL('../src/index.ts', import.meta.url).href;

function openPool(options: { workers: number; timeoutSeconds?: number }): AudioWorkerPool {
  const pool = new AudioWorkerPool({ frontEnd, ...options });
  after(() => pool.close());
  return pool;
}

function childProcesses(pid: number): number[] {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return list.trim().split(' ').filter(Boolean).map(Number);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}

function isRunning(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

test('the same result as in this process, files in any number', async () => {
  const pool = openPool({ workers: 2 });
  const names = ['tone.mp3', 'tone.flac', 'cover.mp3', 'tone.ogg', 'tone.wma', 'alac.m4a'];
  const tracks = await Promise.all(names.map((name) => pool.analyze(fixture(name))));
  for (const [index, name] of names.entries()) {
    assert.deepEqual(tracks[index], await analyzeFile(fixture(name), frontEnd));
  }
});

test('files are finished in the order of the calls', async () => {
  const pool = openPool({ workers: 1 });
  const names = ['tone.mp3', 'gone.mp3', 'tone.flac', 'picture.png', 'tone.ogg'];
  const finished: string[] = [];
  await Promise.allSettled(
    names.map((name) => pool.analyze(fixture(name)).finally(() => finished.push(name))),
  );
  assert.deepEqual(finished, names);
});

test('errors keep their code and the worker goes on', async () => {
  const pool = openPool({ workers: 1 });
  await assert.rejects(pool.analyze(fixture('gone.mp3')), hasCode('UNREADABLE', 'gone.mp3'));
  await assert.rejects(
    pool.analyze(fixture('picture.png')),
    hasCode('NO_AUDIO_STREAM', 'picture.png'),
  );
  assert.equal((await pool.analyze(fixture('tone.mp3'))).tags.title, 'Sine');
});

test('no more processes than workers', linuxOnly, async () => {
  const before = childProcesses(process.pid).length;
  const pool = openPool({ workers: 2 });
  await Promise.all(Array.from({ length: 10 }, () => pool.analyze(fixture('tone.ogg'))));
  assert.equal(childProcesses(process.pid).length - before, 2);
  await pool.close();
  assert.equal(childProcesses(process.pid).length, before);
});

test('a worker killed over a file: CRASHED, the others get a new one', linuxOnly, async () => {
  const known = new Set(childProcesses(process.pid));
  const pool = openPool({ workers: 1 });
  const first = assert.rejects(
    pool.analyze(fixture('tone.mp3')),
    hasCode('CRASHED', 'tone.mp3', 'SIGKILL'),
  );
  const second = pool.analyze(fixture('tone.flac'));
  const [worker] = childProcesses(process.pid).filter((pid) => !known.has(pid));
  process.kill(worker!, 'SIGKILL');
  await first;
  assert.equal((await second).durationSeconds, 4);
});

test(
  'a worker that dies over its second file: that one is tried in a new one',
  linuxOnly,
  async () => {
    const known = new Set(childProcesses(process.pid));
    const pool = openPool({ workers: 1 });
    await pool.analyze(fixture('tone.mp3'));
    const [worker] = childProcesses(process.pid).filter((pid) => !known.has(pid));
    const second = pool.analyze(fixture('tone.flac'));
    process.kill(worker!, 'SIGKILL');
    assert.equal((await second).durationSeconds, 4);
  },
);

test('a worker killed between files is replaced', linuxOnly, async () => {
  const known = new Set(childProcesses(process.pid));
  const pool = openPool({ workers: 1 });
  await pool.analyze(fixture('tone.mp3'));
  const [worker] = childProcesses(process.pid).filter((pid) => !known.has(pid));
  process.kill(worker!, 'SIGKILL');
  await until(() => !childProcesses(process.pid).includes(worker!));
  await sleep(0);
  assert.equal((await pool.analyze(fixture('tone.mp3'))).durationSeconds, 4);
});

test('too slow: TIMEOUT', async () => {
  const pool = openPool({ workers: 1, timeoutSeconds: 0.001 });
  await assert.rejects(pool.analyze(fixture('tone.mp3')), hasCode('TIMEOUT', 'tone.mp3', '0.001'));
});

test('an answer does not outlive its use', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const pool = openPool({ workers: 1 });
  const first = new WeakRef(await pool.analyze(fixture('tone.mp3')));
  await pool.analyze(fixture('tone.mp3'));
  collectGarbage();
  assert.equal(first.deref(), undefined);
});

test('closing rejects what is not finished', async () => {
  const pool = openPool({ workers: 1 });
  const results = Promise.allSettled([1, 2, 3].map(() => pool.analyze(fixture('tone.mp3'))));
  await pool.close();
  for (const result of await results)
    assert.equal(result.status === 'rejected' && result.reason.code, 'CRASHED');
  await assert.rejects(pool.analyze(fixture('tone.mp3')), hasCode('CRASHED', 'closed'));
});

test('options are checked', () => {
  const open = (options: object) => () =>
    new AudioWorkerPool(options as { workers: number; frontEnd: typeof frontEnd });
  assert.throws(open({ frontEnd }), hasCode('INVALID_OPTION', 'options.workers'));
  assert.throws(open({ workers: 0, frontEnd }), hasCode('INVALID_OPTION', 'options.workers'));
  assert.throws(open({ workers: 1 }), hasCode('INVALID_OPTION', 'frontEnd'));
  assert.throws(
    open({ workers: 1, frontEnd, timeoutSeconds: 0 }),
    hasCode('INVALID_OPTION', 'timeoutSeconds'),
  );
  assert.throws(open({ workers: 1, frontEnd, timeout: 1 }), hasCode('UNKNOWN_OPTION', 'timeout'));
});

test('workers end when their parent is killed', linuxOnly, async () => {
  const script = `
    const { AudioWorkerPool } = await import('${poolModule}');
    const pool = new AudioWorkerPool({ workers: 1, frontEnd: ${JSON.stringify(frontEnd)} });
    await pool.analyze(${JSON.stringify(fixture('tone.mp3'))});
    console.log('ready');`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(parent.stdout, 'data');
  const workers = childProcesses(parent.pid!);
  assert.equal(workers.length, 1);
  parent.kill('SIGKILL');
  await until(() => !isRunning(workers[0]!));
});

test('FFmpeg is silent, in workers and in this process', async () => {
  const script = `
    const { AudioWorkerPool, analyzeFile } = await import('${poolModule}');
    const frontEnd = ${JSON.stringify(frontEnd)};
    const pool = new AudioWorkerPool({ workers: 1, frontEnd });
    for (const name of ${JSON.stringify(['encrypted.m4a', 'picture.png', 'make-fixtures.sh'].map(fixture))}) {
      await analyzeFile(name, frontEnd).catch(() => {});
      await pool.analyze(name).catch(() => {});
    }
    await pool.close();`;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [
    '--input-type=module',
    '-e',
    script,
  ]);
  assert.equal(stdout + stderr, '');
});
