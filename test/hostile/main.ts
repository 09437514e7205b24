/**
 * Damaged audio files through decoder and embedder, their covers and waveforms: `node test/hostile/main.ts [--count 10000] [--seed 1]`.
 * Exits with 1 where a file crashed a process, took too long or too much memory; such files are kept.
 */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { AudioError, AudioWorkerPool } from '@consonance/audio';
import { startEmbedder } from '@consonance/models';
import { seededRandom } from '@consonance/statistics';
import { attacks, damaged, sounds } from './files.ts';

const timeoutSeconds = 60;
const mostBytes = 1 << 30;

const { values } = parseArgs({
  options: { count: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } },
});
const random = seededRandom(Number(values.seed));
const folder = await mkdtemp(path.join(os.tmpdir(), 'consonance-hostile-'));
const embedder = await startEmbedder('fusion');
const workers = os.availableParallelism();
const pool = new AudioWorkerPool({ workers, frontEnd: embedder.frontEnd, timeoutSeconds });
const good = await sounds();

/** By job. */
const outcomes: Record<string, Record<string, number>> = {};
const bad: string[] = [];
let slowest = { name: '', job: '', seconds: 0 };
let tried = 0;

/** What is made of a file: a word, or the code of what was refused. */
const jobs: Record<string, (file: string) => Promise<string>> = {
  async sound(file) {
    const { windows } = await pool.analyze(file);
    const [track] = await embedder.embed([windows]);
    return track!.embedding.every(Number.isFinite) ? 'embedded' : 'not finite';
  },
  cover: async (file) => ((await pool.cover(file, 256)) ? 'shown' : 'none'),
  peaks: async (file) => ((await pool.peaks(file)) ? 'drawn' : 'none'),
};
const isBad = (outcome: string) => ['CRASHED', 'TIMEOUT', 'not finite'].includes(outcome);

async function tryFile(name: string, data: Buffer): Promise<void> {
  const file = path.join(folder, name);
  await writeFile(file, data);
  const badBefore = bad.length;
  for (const [job, work] of Object.entries(jobs)) {
    const start = performance.now();
    let reason = '';
    const outcome = await work(file).catch((error: unknown) => {
      if (!(error instanceof AudioError)) throw error;
      reason = error.message;
      return error.code;
    });
    const seconds = (performance.now() - start) / 1000;
    if (seconds > slowest.seconds) slowest = { name, job, seconds };
    const counts = (outcomes[job] ??= {});
    counts[outcome] = (counts[outcome] ?? 0) + 1;
    if (isBad(outcome)) bad.push(`${name}: ${job} ${outcome} ${reason}`);
  }
  if (bad.length === badBefore) await rm(file);
  tried += 1;
  if (tried % 500 === 0) console.error(`${tried} files, ${bad.length} bad`);
}

/** Most memory that any child process has taken, bytes; 0 where the system does not tell. */
async function peakBytes(): Promise<number> {
  const children = await readFile(
    `/proc/${process.pid}/task/${process.pid}/children`,
    'utf8',
  ).catch(() => '');
  const peaks = await Promise.all(
    children
      .trim()
      .split(' ')
      .map(async (pid) => {
        const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
        return 1024 * Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0);
      }),
  );
  return Math.max(...peaks);
}

function* files(): Generator<[string, () => Buffer]> {
  for (let i = 0; i < Number(values.count); i++) {
    const { name, data } = good[i % good.length]!;
    yield [`${i}-${name}`, () => damaged(data, random)];
  }
}

for (const [name, data] of Object.entries(await attacks())) await tryFile(name, data);
const queue = files();
const lane = async () => {
  for (const [name, make] of queue) await tryFile(name, make());
};
await Promise.all(Array.from({ length: workers }, lane));

const memory = await peakBytes();
if (memory > mostBytes) bad.push(`a process took ${(memory / 2 ** 20).toFixed(0)} MiB`);
await pool.close();
await embedder.close();
console.log(
  JSON.stringify({ outcomes, slowest, peakMiB: Math.round(memory / 2 ** 20), bad }, null, 2),
);
if (bad.length === 0) await rm(folder, { recursive: true });
else console.error(`Kept in ${folder}: ${(await readdir(folder)).join(', ')}`);
process.exitCode = bad.length === 0 ? 0 : 1;
