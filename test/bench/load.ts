/**
 * The API of a large library under load, with the real command: what each request costs alone, then
 * mixed reads at a fixed rate while an analysis runs. Says which targets hold; exit code 1 when one does not.
 *
 *   node test/bench/load.ts [--songs 100000] [--rate 200] [--seconds 60] [--library <data directory>]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createHistogram } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openConsonance } from '@consonance/engine';
import { makeLargeLibrary } from './large-library.ts';
import { median } from './ratio.ts';

const { values } = parseArgs({
  options: {
    songs: { type: 'string', default: '100000' },
    rate: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '60' },
    library: { type: 'string' },
  },
});
const root = path.resolve(import.meta.dirname, '../..');
const folder = await mkdtemp(path.join(tmpdir(), 'consonance-load-'));
const dataDirectory = values.library ?? path.join(folder, 'data');

/** Of each folk song of the demo library: more than is analysed meanwhile. */
const copies = 200;
/** Of each request, with other songs and pages: nobody asks for the same all the time. */
const variants = 25;
const rate = Number(values.rate);
const seconds = Number(values.seconds);
const mostMilliseconds = 150;
/** Alone, from the request to the end of the answer. */
const mostToRecommend = 50;
/** The whole library into memory, once. */
const mostToRead = 280_000;
/** From the second third of the time to the last, by the medians. */
const mostGrowth = 1.05;

try {
  if (!existsSync(dataDirectory)) await makeLargeLibrary(dataDirectory, Number(values.songs));
  const music = path.join(folder, 'music');
  await mkdir(music);
  const folk = path.join(root, 'demo', 'library', 'folk');
  for (const name of await readdir(folk)) {
    const bytes = await readFile(path.join(folk, name));
    for (let copy = 0; copy < copies; copy++) {
      // What follows the last page of an Ogg file is passed over, but it is other content.
      const other = Buffer.concat([bytes, Buffer.from(`copy ${copy}`)]);
      await writeFile(path.join(music, `${copy} ${name}`), other);
    }
  }
  const consonance = await openConsonance({ dataDirectory });
  const { modelId } = consonance;
  const { ids } = (await consonance.music()).catalogue;
  if (ids.length === 0) throw new Error(`No song of ${dataDirectory} has features of ${modelId}.`);
  await consonance.analysis.pause();
  await consonance.library.addFolder(music);
  await consonance.close();
  await measure(ids);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function measure(ids: readonly string[]): Promise<void> {
  const server = spawn(
    process.execPath,
    [path.join(root, 'apps/cli/src/main.ts'), 'serve', '--port', '0', '--data-dir', dataDirectory],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, CONSONANCE_LOG_LEVEL: 'warn' } },
  );
  try {
    const [line] = (await once(server.stdout!.setEncoding('utf8'), 'data')) as [string];
    const url = line.trim();
    const [status] = requests(ids, 0);
    const milliseconds = await one(url, status!.path, performance.now(), mostToRead);
    console.log(`${ids.length} songs in memory after ${(milliseconds / 1000).toFixed(1)} s`);
    await alone(url, requests(ids, 0));
    const mixed = Array.from({ length: variants }, (_, n) => requests(ids, n + 1)).flat();
    await together(url, mixed, server.pid!);
  } finally {
    server.kill('SIGTERM');
    await once(server, 'exit');
  }
}

interface Request {
  name: string;
  path: string;
}

/** What the pages of the dashboard ask for. */
function requests(ids: readonly string[], variant: number): Request[] {
  const at = (n: number) => ids[(Math.floor((n * ids.length) / 100) + 97 * variant) % ids.length]!;
  const seedIds = [3, 17, 42, 71, 95].map(at);
  const offset = Math.floor(ids.length / 100) * variant;
  const query = (name: string, input: unknown): Request => ({
    name,
    path: `/trpc/${name}?input=${encodeURIComponent(JSON.stringify(input))}`,
  });
  return [
    query('library.status', {}),
    query('library.tracks', { limit: 100, offset, sort: 'title' }),
    query('library.tracks', { search: `velvet riv ${1000 * variant}`, limit: 100 }),
    query('library.tracks', { genre: 'jazz', sort: 'artist', offset: 100 * variant, limit: 100 }),
    query('library.facets', {}),
    query('library.track', { id: at(50) }),
    query('recommend.bySeeds', { seedIds, method: 'cosine' }),
    query('recommend.bySeeds', { seedIds, method: 'genre' }),
    query('recommend.similar', { id: at(33) }),
    query('playlists.list', {}),
    query('listeners.list', {}),
    { name: 'health', path: '/health' },
  ];
}

/** @returns milliseconds from when the request was due to the end of its answer */
async function one(
  url: string,
  target: string,
  due = performance.now(),
  timeout = 30_000,
): Promise<number> {
  const response = await fetch(url + target, { signal: AbortSignal.timeout(timeout) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${target}: ${text.slice(0, 300)}`);
  return performance.now() - due;
}

async function alone(url: string, all: readonly Request[]): Promise<void> {
  let slowest = 0;
  for (const { name, path: target } of all) {
    const first = await one(url, target);
    const times: number[] = [];
    for (let i = 0; i < 30; i++) times.push(await one(url, target));
    times.sort((a, b) => a - b);
    const input = decodeURIComponent(target.split('input=')[1] ?? '').slice(0, 60);
    const [median, p95] = [times[15]!, times[28]!];
    if (name.startsWith('recommend.')) slowest = Math.max(slowest, p95);
    console.log(
      `${name} ${input}: first ${first.toFixed(0)} ms, median ${median.toFixed(1)} ms, ` +
        `p95 ${p95.toFixed(1)} ms`,
    );
  }
  report([
    [
      `recommends in under ${mostToRecommend} ms`,
      slowest < mostToRecommend,
      `p95 ${slowest.toFixed(1)} ms at most`,
    ],
  ]);
}

type Target = [target: string, holds: boolean, measured: string];

function report(targets: readonly Target[]): void {
  for (const [target, holds, measured] of targets) {
    console.log(`${holds ? 'holds' : 'DOES NOT HOLD'}: ${target} (${measured})`);
    if (!holds) process.exitCode = 1;
  }
}

async function together(url: string, all: readonly Request[], pid: number): Promise<void> {
  await startAnalysis(url);
  const cpuBefore = await cpuMilliseconds(pid);
  const memory: number[] = [];
  const sampling = setInterval(() => void residentMiB(pid).then((mib) => memory.push(mib)), 1000);
  const { latency, errors, milliseconds } = await send(
    url,
    all.map(({ path: target }) => target),
  );
  clearInterval(sampling);
  const cpu = (await cpuMilliseconds(pid)) - cpuBefore;
  const after = await state(url);
  const percentile = (percent: number) => Math.round(latency.percentile(percent) / 1000);
  const answered = latency.count;
  console.log(
    `${answered} requests in ${(milliseconds / 1000).toFixed(1)} s, p50 ${percentile(50)} ms, ` +
      `p95 ${percentile(95)} ms, p99 ${percentile(99)} ms, max ${percentile(100)} ms`,
  );
  for (const error of errors.slice(0, 5)) console.error(error);
  console.log(`CPU of the server: ${(cpu / answered).toFixed(2)} ms a request`);
  console.log(
    `memory ${memory
      .filter((_, i) => i % 5 === 0)
      .map(Math.round)
      .join(' ')} MiB`,
  );
  const third = (n: number) => memory.slice((n * memory.length) / 3, ((n + 1) * memory.length) / 3);
  const growth = median(third(2)) / median(third(1));
  const perSecond = (1000 * answered) / milliseconds;
  const goesOn = after.state === 'analysing' && after.done > 0;
  report([
    [`${rate} answers a second`, perSecond >= 0.99 * rate, `${perSecond.toFixed(1)}/s`],
    ['nothing dropped', errors.length === 0, `${errors.length} errors and timeouts`],
    [`p99 under ${mostMilliseconds} ms`, percentile(99) < mostMilliseconds, `${percentile(99)} ms`],
    ['memory is flat', growth <= mostGrowth, `${(100 * (growth - 1)).toFixed(1)} % more`],
    ['the analysis goes on', goesOn, `${after.done} files, then ${after.state}`],
  ]);
}

/**
 * Sends each request when it is due by the clock, whatever has become of those before it, and counts its
 * latency from then: a server that falls behind is not spared what comes meanwhile.
 *
 * @returns microseconds of those answered, errors of the others, and the time until the last of them
 */
async function send(url: string, targets: readonly string[]) {
  const latency = createHistogram();
  const errors: unknown[] = [];
  const started = performance.now();
  const answers: Promise<unknown>[] = [];
  for (let n = 0; n < rate * seconds; n++) {
    const due = started + (1000 * n) / rate;
    // A timer may end early.
    for (let early; (early = due - performance.now()) > 0;) await wait(early);
    const answer = one(url, targets[n % targets.length]!, due);
    answers.push(
      answer.then(
        (milliseconds) => latency.record(Math.ceil(1000 * milliseconds)),
        (error: unknown) => errors.push(error),
      ),
    );
  }
  await Promise.all(answers);
  return { latency, errors, milliseconds: performance.now() - started };
}

async function state(url: string): Promise<{ state: string; done: number; total: number }> {
  const response = await fetch(`${url}/trpc/analysis.state`);
  return ((await response.json()) as { result: { data: never } }).result.data;
}

async function startAnalysis(url: string): Promise<void> {
  const response = await fetch(`${url}/trpc/analysis.start`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-consonance-request': '1' },
    body: '{}',
  });
  if (!response.ok) throw new Error(await response.text());
}

async function residentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

/** Of all threads of the process, at the usual 100 ticks a second. */
async function cpuMilliseconds(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]!.split(' ');
  return 10 * (Number(fields[11]) + Number(fields[12]));
}
