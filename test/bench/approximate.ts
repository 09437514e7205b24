/**
 * `node test/bench/approximate.ts [songs...]`: the five nearest of many songs by an approximate index (HNSW of usearch,
 * its defaults) against the exact search in one pass, one query at a time: what is found of the exact five, the time of a
 * query, and what the index costs. Songs are generated; `npm ci` in test/bench first.
 */
import { createRequire } from 'node:module';
import os from 'node:os';
import { rowSearch } from '@consonance/recommender';
import { seededRandom } from '@consonance/statistics';
import { median } from './ratio.ts';
import { realisticCatalogue } from './realistic-catalogue.ts';

interface Index {
  add(keys: BigUint64Array, vectors: Float32Array): void;
  search(query: Float32Array, count: number, threads: number): { keys: BigUint64Array };
}
// Of this folder's own packages, which are not there for the type check.
const usearch = createRequire(import.meta.url)('usearch') as {
  Index: new (options: { metric: string; dimensions: number; quantization: string }) => Index;
};

const best = 5;
const queries = 200;
const rowsPerCall = 50_000;

/** Of all threads. */
const cpuSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
const residentMegabytes = () => process.memoryUsage.rss() / 2 ** 20;

function cost<T>(work: () => T) {
  const [cpu, wall, memory] = [cpuSeconds(), performance.now(), residentMegabytes()];
  const result = work();
  return {
    result,
    cpu: cpuSeconds() - cpu,
    milliseconds: performance.now() - wall,
    megabytes: residentMegabytes() - memory,
  };
}

function indexOf(vectors: Float32Array, dimensions: number): Index {
  const index = new usearch.Index({ metric: 'cos', dimensions, quantization: 'f32' });
  const rows = vectors.length / dimensions;
  for (let first = 0; first < rows; first += rowsPerCall) {
    const end = Math.min(first + rowsPerCall, rows);
    const keys = BigUint64Array.from({ length: end - first }, (_, i) => BigInt(first + i));
    index.add(keys, vectors.subarray(first * dimensions, end * dimensions));
  }
  return index;
}

const show = (name: string, build: ReturnType<typeof cost>, times: number[], recall: number) =>
  console.log(
    `  ${name.padEnd(8)} ready after ${build.cpu.toFixed(1)} s of CPU with ${build.megabytes.toFixed(0)} MiB, ` +
      `${median(times).toFixed(2)} ms a query, recall@${best} ${recall.toFixed(3)}`,
  );

console.log(`${os.cpus().length} x ${os.cpus()[0]?.model}, Node ${process.version}`);
const sizes = process.argv.slice(2).map(Number);
for (const size of sizes.length > 0 ? sizes : [100_000, 1_000_000]) {
  const random = seededRandom(1);
  const { embeddings: vectors, dimensions: columns } = realisticCatalogue(size, random);
  console.log(`${size.toLocaleString('en')} songs, ${columns} dimensions, ${queries} queries`);
  const points = Array.from({ length: queries }, () => {
    const row = Math.floor(random() * size);
    return vectors.slice(row * columns, (row + 1) * columns);
  });
  const exact = cost(() => rowSearch({ vectors, size, columns }));
  const found = points.map((point) => cost(() => exact.result(point, best, () => true)));
  show('exact', exact, found.map(({ milliseconds }) => milliseconds), 1); // prettier-ignore
  const approximate = cost(() => indexOf(vectors, columns));
  const near = points.map((point) => cost(() => approximate.result.search(point, best, 1).keys));
  const hits = near.flatMap(({ result }, i) =>
    found[i]!.result.filter(({ row }) => result.includes(BigInt(row))),
  );
  show('HNSW', approximate, near.map(({ milliseconds }) => milliseconds), hits.length / (best * queries)); // prettier-ignore
}
