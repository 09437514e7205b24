/**
 * Top 5 from 5 seeds with reasons, end to end: `node test/bench/recommend.ts [songs...]`.
 *
 * Median and 99th percentile are by the wall clock and need a quiet machine; the mean CPU time of the
 * thread is what the work takes by itself.
 */
import os from 'node:os';
import {
  aggregations,
  type Catalogue,
  cosineMethod,
  defaultAggregation,
  genreMethod,
  recommend,
  type Recommender,
} from '@consonance/recommender';
import { seededRandom } from '@consonance/statistics';
import { realisticCatalogue } from './realistic-catalogue.ts';

const seedCount = 5;
const random = seededRandom(1);

/** Milliseconds of calls with fresh seeds: sorted by the wall clock, and the mean CPU time. */
function timings(catalogue: Catalogue, recommender: Recommender, calls: number) {
  const call = () => {
    const seeds = Array.from(
      { length: seedCount },
      () => catalogue.ids[Math.floor(random() * catalogue.size)]!,
    );
    const start = performance.now();
    const found = recommend(catalogue, recommender, seeds, { count: 5 });
    if (found.length !== 5 || found.some(({ reasons }) => reasons.length === 0)) {
      throw new Error('Expected five recommendations with reasons.');
    }
    return performance.now() - start;
  };
  for (let i = 0; i < 10; i++) call();
  const before = process.threadCpuUsage();
  const sorted = Array.from({ length: calls }, call).sort((a, b) => a - b);
  const { user, system } = process.threadCpuUsage(before);
  return { sorted, meanCpu: (user + system) / 1000 / calls };
}

const quantile = (sorted: readonly number[], q: number): string =>
  format(sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!);
const format = (milliseconds: number): string => milliseconds.toFixed(1).padStart(8);

const sizes = process.argv.slice(2).map(Number);
console.log(
  `${os.cpus()[0]?.model}, ${os.cpus().length} cores, ${os.platform()} ${os.arch()}, node ${process.version}, V8 ${process.versions.v8}`,
);
console.log(`top 5 from ${seedCount} seeds with reasons, 64 dimensions, one thread`);
console.log('   songs  method and aggregation        median      p99 mean CPU  (ms)');
for (const size of sizes.length > 0 ? sizes : [10_000, 100_000, 1_000_000]) {
  const catalogue = realisticCatalogue(size, random);
  for (const [name, method] of [
    ['method 1', cosineMethod],
    ['method 2', genreMethod],
  ] as const) {
    // One scan a seed is the same work at every size: the middle one will do.
    for (const aggregation of size === 100_000 ? aggregations : [defaultAggregation]) {
      const calls = aggregation === 'centroid' && size <= 100_000 ? 500 : 150;
      const { sorted, meanCpu } = timings(catalogue, method(catalogue, { aggregation }), calls);
      console.log(
        `${String(size).padStart(8)}  ${`${name}, ${aggregation}`.padEnd(26)}${quantile(sorted, 0.5)} ${quantile(sorted, 0.99)} ${format(meanCpu)}`,
      );
    }
  }
}
