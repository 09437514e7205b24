/**
 * Top 5 from 5 seeds with reasons, end to end: `node test/bench/recommend.ts [songs...]`.
 *
 * The embeddings have the shape of real ones: 200 clusters of unequal size (Zipf) around a common
 * mean, each an anisotropic Gaussian whose 64 axes fade like 1 / rank, so that a dozen directions
 * hold most of the variance and all songs are a little alike. Genre probabilities are peaked, seven
 * labels, one main genre a cluster.
 *
 * Median and 99th percentile are by the wall clock and need a quiet machine; the mean CPU time of the
 * thread is what the work takes by itself.
 */
import os from 'node:os';
import {
  aggregations,
  type Catalogue,
  cosineMethod,
  createCatalogue,
  defaultAggregation,
  genreMethod,
  recommend,
  type Recommender,
} from '@consonance/recommender';
import { seededRandom } from '@consonance/statistics';

const dimensions = 64;
const labels = ['classical', 'electronic', 'folk', 'hip-hop', 'instrumental', 'jazz', 'rock'];
const clusterCount = 200;
const seedCount = 5;
const random = seededRandom(1);

/** Marsaglia's polar method. */
function normal(): number {
  for (;;) {
    const x = random() * 2 - 1;
    const y = random() * 2 - 1;
    const square = x * x + y * y;
    if (square > 0 && square < 1) return x * Math.sqrt((-2 * Math.log(square)) / square);
  }
}

function realisticCatalogue(size: number): Catalogue {
  const scales = Array.from({ length: dimensions }, (_, i) => 1 / (1 + i));
  const common = scales.map((scale) => scale * normal());
  const centres = Array.from({ length: clusterCount }, () =>
    scales.map((scale, i) => common[i]! * 0.5 + scale * normal()),
  );
  const embeddings = new Float32Array(size * dimensions);
  const genres = new Float32Array(size * labels.length);
  for (let row = 0; row < size; row++) {
    const cluster = Math.floor(clusterCount ** random()) - 1;
    const spread = 0.5 + 0.5 * random();
    for (let i = 0; i < dimensions; i++) {
      const noise = spread * scales[(i + cluster) % dimensions]! + 0.02;
      embeddings[row * dimensions + i] = centres[cluster]![i]! + noise * normal();
    }
    for (let i = 0; i < labels.length; i++) {
      const main = i === cluster % labels.length;
      genres[row * labels.length + i] = main ? 0.4 + 0.6 * random() : 0.3 * random();
    }
  }
  const ids = Array.from({ length: size }, (_, i) => `song-${i}`);
  return createCatalogue({ ids, embeddings, dimensions, labels, genres });
}

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
console.log(`top 5 from ${seedCount} seeds with reasons, ${dimensions} dimensions, one thread`);
console.log('   songs  method and aggregation        median      p99 mean CPU  (ms)');
for (const size of sizes.length > 0 ? sizes : [10_000, 100_000, 1_000_000]) {
  const catalogue = realisticCatalogue(size);
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
