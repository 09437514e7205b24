import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { AudioError, AudioWorkerPool, analyzeFile } from '../src/index.ts';
import { fixture, frontEnd, hasCode, temporaryDirectory } from './helpers.ts';
import { writeLongWav } from './wav.ts';

const linuxOnly = { skip: process.platform !== 'linux' && 'needs /proc' };
const poolModule = new URL('../src/index.ts', import.meta.url).href;

function openPool(
  options: Omit<ConstructorParameters<typeof AudioWorkerPool>[0], 'frontEnd'>,
): AudioWorkerPool {
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

function hasOpened(pid: number, file: string): boolean {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).some((name) => readlinkSync(join(folder, name)) === file);
  } catch {
    return false; // A descriptor was closed in between.
  }
}

/** No file is to blame. */
const cannotStart = (reason: string) => (error: unknown) =>
  error instanceof Error &&
  !(error instanceof AudioError) &&
  error.message.startsWith('A decoder could not start (') &&
  error.message.includes(reason);

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

test('a worker killed over a file: CRASHED, the others get a new one', linuxOnly, async (t) => {
  const long = join(temporaryDirectory(t), 'long.wav');
  writeLongWav(long, 2);
  const known = new Set(childProcesses(process.pid));
  const pool = openPool({ workers: 1 });
  const first = assert.rejects(pool.peaks(long), hasCode('CRASHED', 'long.wav', 'SIGKILL'));
  const second = pool.analyze(fixture('tone.flac'));
  const [worker] = childProcesses(process.pid).filter((pid) => !known.has(pid));
  await until(() => hasOpened(worker!, long) || !isRunning(worker!));
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

test('a worker that ends before it takes a file blames none', linuxOnly, async () => {
  const known = new Set(childProcesses(process.pid));
  const pool = openPool({ workers: 1 });
  const first = assert.rejects(pool.analyze(fixture('tone.mp3')), cannotStart('SIGKILL'));
  const [worker] = childProcesses(process.pid).filter((pid) => !known.has(pid));
  process.kill(worker!, 'SIGKILL');
  await first;
  assert.equal((await pool.analyze(fixture('tone.mp3'))).durationSeconds, 4);
});

test('without its folder a worker cannot start, and says so', linuxOnly, async (t) => {
  const outputDirectory = temporaryDirectory(t);
  rmSync(outputDirectory, { recursive: true });
  const pool = openPool({ workers: 2, outputDirectory });
  const files = [1, 2, 3].map(() => pool.analyze(fixture('tone.mp3')));
  await Promise.all(files.map((file) => assert.rejects(file, cannotStart(outputDirectory))));
});

test('a process that the system refuses costs its job only', linuxOnly, async (t) => {
  const pool = openPool({ workers: 1 });
  t.after(() => delete process.env['TOO_LONG']);
  // Thrown as it is forked, as when memory is short.
  process.env['TOO_LONG'] = 'x'.repeat(200_000);
  const refused = [1, 2].map(() => pool.analyze(fixture('tone.mp3')));
  await Promise.all(refused.map((file) => assert.rejects(file, cannotStart('E2BIG'))));
  delete process.env['TOO_LONG'];
  assert.equal((await pool.analyze(fixture('tone.mp3'))).durationSeconds, 4);
});

test('without file descriptors for a process this one goes on', linuxOnly, async () => {
  const script = `
    const { openSync, closeSync } = await import('node:fs');
    const { AudioWorkerPool } = await import('${poolModule}');
    const pool = new AudioWorkerPool({ workers: 1, frontEnd: ${JSON.stringify(frontEnd)} });
    const analyze = () => pool.analyze(${JSON.stringify(fixture('tone.mp3'))});
    const open = [];
    try {
      for (;;) open.push(openSync('/dev/null'));
    } catch {}
    await analyze().catch(({ message }) => console.log(message));
    for (const descriptor of open) closeSync(descriptor);
    console.log((await analyze()).durationSeconds);
    await pool.close();`;
  const command = 'ulimit -n 100 && exec "$0" --input-type=module -e "$1"';
  const { stdout } = await promisify(execFile)('sh', ['-c', command, process.execPath, script]);
  assert.match(stdout, /^A decoder could not start \(.*EMFILE\)\n4\n$/);
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
