/**
 * Our collaborative filtering against Python's `implicit`: same data, split, parameters and measure.
 *
 *     node test/bench/collaborative/benchmark.ts <listens> [--out result.json]
 *
 * `listens` is what `consonance evaluate recommenders` takes. The peer runs in a virtual environment
 * under .cache/, made on the first run. Ends with 1 when ALS is more than 0.01 nDCG@10 away from the
 * peer or takes more than twice its time.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readListens } from '@consonance/cli';
import {
  als,
  bpr,
  evaluate,
  holdOutRandom,
  itemNeighbours,
  mapValues,
  meanMetrics,
  metricsAt,
  type Recommender,
} from '@consonance/recommender';
import { seededRandom } from '@consonance/statistics';
import { median } from '../ratio.ts';

const k = 10;
const seeds = [1, 2, 3];
const allowedDifference = 0.01;
const allowedRatio = 2;
const packages = ['implicit==0.7.3', 'numpy==2.4.6', 'scipy==1.17.1'];

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string' } },
});
if (positionals.length !== 1) throw new Error('Expected one argument: the path of the listens.');

const listens = await readListens(positionals[0]!);
const split = holdOutRandom(mapValues(listens.interactions, Math.log1p), 0.2, seededRandom(1));
const { train, cases } = split;

const factorisation = { factors: 64, regularization: 20, alpha: 1, iterations: 15 };
const sgd = { factors: 64, learning_rate: 0.01, regularization: 0.01, iterations: 100 };
const ours: Record<string, (seed: number) => Recommender> = {
  als: (seed) => als(train, { ...factorisation, seed }),
  'item-knn': () => itemNeighbours(train, { neighbours: 200 }),
  bpr: (seed) => {
    const { learning_rate: learningRate, ...rest } = sgd;
    return bpr(train, { ...rest, learningRate, seed });
  },
};
// The peer counts an item among its own neighbours.
const options = { als: factorisation, 'item-knn': { K: 201 }, bpr: sgd };

interface Peer {
  versions: Record<string, string>;
  results: Record<string, { seconds: number[]; lists: number[][][] }>;
}

function runPeer(): Peer {
  const environment = fileURLToPath(new URL('../../../.cache/bench/implicit', import.meta.url));
  const python = path.join(environment, 'bin', 'python');
  if (!existsSync(python)) {
    mkdirSync(path.dirname(environment), { recursive: true });
    execFileSync('python3', ['-m', 'venv', environment], { stdio: 'inherit' });
  }
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', ...packages], { stdio: 'inherit' });
  const folder = mkdtempSync(path.join(tmpdir(), 'consonance-bench-'));
  const file = path.join(folder, 'split.json');
  const arrays = {
    indptr: [...train.indptr],
    indices: [...train.indices],
    values: [...train.values],
  };
  const { users, items } = train;
  writeFileSync(
    file,
    JSON.stringify({
      users,
      items,
      ...arrays,
      cases: cases.map(({ user }) => user),
      options,
      seeds,
      k,
    }),
  );
  const script = fileURLToPath(new URL('implicit_peer.py', import.meta.url));
  const output = execFileSync(python, [script, file], {
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  rmSync(folder, { recursive: true });
  return JSON.parse(output.toString());
}

function runOurs(build: (seed: number) => Recommender): { seconds: number[]; ndcg: number } {
  const seconds: number[] = [];
  const ndcg = seeds.map((seed) => {
    const start = performance.now();
    const recommender = build(seed);
    seconds.push((performance.now() - start) / 1000);
    return meanMetrics(evaluate(recommender, split, { k, seed }).slices.all!)!.ndcg;
  });
  return { seconds, ndcg: mean(ndcg) };
}

const ndcgOf = (lists: number[][]): number =>
  mean(lists.map((ranked, i) => metricsAt(k, ranked, new Set(cases[i]!.relevant)).ndcg));
const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

const peer = runPeer();
const rows = Object.entries(ours).map(([name, build]) => {
  const { seconds, ndcg } = runOurs(build);
  const theirs = peer.results[name]!;
  const theirNdcg = mean(theirs.lists.map(ndcgOf));
  return {
    recommender: name,
    ndcg,
    implicitNdcg: theirNdcg,
    difference: ndcg - theirNdcg,
    seconds: median(seconds),
    implicitSeconds: median(theirs.seconds),
    ratio: median(seconds) / median(theirs.seconds),
  };
});

const machine = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  architecture: arch(),
  loadAverage: loadavg()[0],
  versions: { node: process.versions.node, ...peer.versions },
  date: new Date().toISOString().slice(0, 10),
  command: 'node test/bench/collaborative/benchmark.ts <listens>',
};
const { users, items } = train;
const data = { name: listens.name, users, items, trainingPairs: train.indices.length };
console.log({ machine, data, options: { ...options, k, seeds } });
console.table(
  Object.fromEntries(
    rows.map(({ recommender, ...numbers }) => [
      recommender,
      Object.fromEntries(Object.entries(numbers).map(([key, value]) => [key, +value.toFixed(4)])),
    ]),
  ),
);
if (values.out !== undefined) {
  writeFileSync(
    values.out,
    `${JSON.stringify({ machine, data, options, k, seeds, rows }, null, 2)}\n`,
  );
}
const [gate] = rows;
if (Math.abs(gate!.difference) > allowedDifference || gate!.ratio > allowedRatio) {
  console.error(
    `Expected ALS within ${allowedDifference} nDCG and ${allowedRatio} times the time of implicit.`,
  );
  process.exitCode = 1;
}
