/**
 * A process that takes a library into memory and recommends from it, and says as JSON what that took.
 *
 *   node --expose-gc test/bench/library-probe.ts <data directory>
 */
import { openConsonance, recommendFor } from '@consonance/engine';
import { seededRandom } from '@consonance/statistics';

export interface LibraryProbe {
  songs: number;
  /** Embeddings and genres, bytes. */
  vectorBytes: number;
  /** Tags, paths and ids as JavaScript objects, bytes. */
  heapBytes: number;
  /** Of the whole process at its peak, bytes. */
  peakBytes: number;
  /** To read all from the database, CPU seconds. */
  loadSeconds: number;
  /** Five songs for five, CPU milliseconds of each call. */
  recommendMilliseconds: number[];
}

const calls = 25;

function heapBytes(): number {
  globalThis.gc!();
  return process.memoryUsage().heapUsed;
}

async function cpuSeconds(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const [dataDirectory] = process.argv.slice(2);
if (dataDirectory === undefined) throw new Error('Expected a data directory.');
const consonance = await openConsonance({ dataDirectory });
const before = heapBytes();
const loadSeconds = await cpuSeconds(() => consonance.music());
const { catalogue } = await consonance.music();
const after = heapBytes();
const random = seededRandom(1);
const recommendMilliseconds: number[] = [];
// The first call prepares what all others use.
for (let call = 0; call <= calls; call++) {
  const seeds = Array.from(
    { length: 5 },
    () => catalogue.ids[Math.floor(random() * catalogue.size)]!,
  );
  const seconds = await cpuSeconds(() =>
    recommendFor(consonance, [...new Set(seeds)], { method: 'cosine', count: 5 }),
  );
  if (call > 0) recommendMilliseconds.push(1000 * seconds);
}
const probe: LibraryProbe = {
  songs: catalogue.size,
  vectorBytes: catalogue.embeddings.byteLength + catalogue.genres.byteLength,
  heapBytes: after - before,
  peakBytes: 1024 * process.resourceUsage().maxRSS,
  loadSeconds,
  recommendMilliseconds,
};
console.log(JSON.stringify(probe));
await consonance.close();
