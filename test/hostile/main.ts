/**
 * Damaged audio files through decoder and embedder: `node test/hostile/main.ts [--count 10000] [--seed 1]`.
 * Exits with 1 where a file crashed a process, took too long or too much memory; such files are kept.
 */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type AudioError, AudioWorkerPool, type TrackAudio } from '@consonance/audio';
import { startEmbedder } from '@consonance/models';
import { seededRandom } from '@consonance/statistics';
import { attacks, damaged, sounds } from './files.ts';

const timeoutSeconds = 20;
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

const outcomes: Record<string, number> = {};
const bad: string[] = [];
let slowest = { name: '', seconds: 0 };

async function hear(file: string): Promise<string> {
  let audio: TrackAudio;
  try {
    audio = await pool.analyze(file);
  } catch (error) {
    return (error as AudioError).code;
  }
  const [track] = await embedder.embed([audio.windows]);
  return track!.embedding.every(Number.isFinite) ? 'embedded' : 'not finite';
}

async function tryFile(name: string, data: Buffer): Promise<void> {
  const file = path.join(folder, name);
  await writeFile(file, data);
  const start = performance.now();
  const outcome = await hear(file);
  const seconds = (performance.now() - start) / 1000;
  if (seconds > slowest.seconds) slowest = { name, seconds };
  outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  if (['CRASHED', 'TIMEOUT', 'not finite'].includes(outcome)) bad.push(`${name}: ${outcome}`);
  else await rm(file);
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
