/**
 * Recommendations from the songs that a PostgreSQL server's index finds, against those from the whole
 * library in memory: recall and time, with and without filters, and what the index costs. An empty
 * database is filled with the library of a data directory and songs around its own, which takes minutes;
 * one that an earlier run has filled is used as it is.
 *
 *   DATABASE_URL=… node test/bench/neighbours.ts --library <data directory> [--songs 1000000] [--queries 50]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import {
  type Collection,
  type Consonance,
  openConsonance,
  recommendFor,
  type RecommendSettings,
} from '@consonance/engine';
import { embeddingOf } from '@consonance/recommender';
import { seededRandom } from '@consonance/statistics';
import pg from 'pg';
import { addSongs } from './postgres-songs.ts';
import { median } from './ratio.ts';

const { values } = parseArgs({
  options: {
    library: { type: 'string' },
    songs: { type: 'string', default: '1000000' },
    queries: { type: 'string', default: '50' },
  },
});
const databaseUrl = process.env.DATABASE_URL;
if (databaseUrl === undefined) throw new Error('Expected DATABASE_URL.');
const queries = Number(values.queries);
const folder = await mkdtemp(path.join(tmpdir(), 'consonance-neighbours-'));
const open = (url: string) => openConsonance({ dataDirectory: folder, databaseUrl: url });

const indexed = await open(databaseUrl);
const unindexed = await open(
  `${databaseUrl}?options=${encodeURIComponent('-c enable_indexscan=off')}`,
);
const inMemory = await open(databaseUrl);
const client = new pg.Client({ connectionString: databaseUrl });
await client.connect();
try {
  if (!(await indexed.library.hasFeatures(indexed.modelId, 1))) await fill(indexed, databaseUrl);
  const { rows } = await client.query(
    `select pg_size_pretty(pg_relation_size(indexname::regclass)) as index,
       pg_size_pretty(pg_table_size('features')) as features from pg_indexes
     where indexname like 'features_hnsw_%'`,
  );
  console.log(`sizes: index ${rows[0].index}, features ${rows[0].features}`);
  const collection = await timed('reading the library', () => inMemory.music());
  console.log(`then resident: ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MiB`);
  await compareSearches(collection);
  await compareRecommendations(collection);
} finally {
  await client.end();
  for (const consonance of [indexed, unindexed, inMemory]) await consonance.close();
  await rm(folder, { recursive: true });
}

/** The index is made afterwards: so it takes a tenth of the time. */
async function fill({ library, modelId }: Consonance, url: string): Promise<void> {
  if (values.library === undefined) throw new Error('Expected --library <data directory>.');
  const real = await openConsonance({ dataDirectory: values.library });
  const backup = path.join(folder, 'backup');
  await real.library.backup(backup).finally(() => real.close());
  await library.restore(backup);
  const { rows } = await client.query(
    `select indexname, indexdef from pg_indexes where indexname like 'features_hnsw_%'`,
  );
  for (const { indexname } of rows) await client.query(`drop index ${indexname}`);
  await timed('adding songs', () => addSongs(library, modelId, url, Number(values.songs)));
  for (const { indexdef } of rows) await timed('making the index', () => client.query(indexdef));
}

/** The search alone: 1000 songs near one. */
async function compareSearches({ catalogue }: Collection): Promise<void> {
  const count = 1000;
  const times = { index: [] as number[], exact: [] as number[] };
  const recalls: number[] = [];
  for (const id of someOf(catalogue.ids, queries, 2)) {
    const embedding = embeddingOf(catalogue, catalogue.rowOf.get(id)!);
    const search = ({ library, modelId }: Consonance, list: number[]) =>
      measured(list, () => library.nearest(modelId, embedding, { count }));
    const found = await search(indexed, times.index);
    recalls.push(recall(found, await search(unindexed, times.exact)));
  }
  console.log(
    `${count} nearest: recall ${mean(recalls).toFixed(4)}; ` +
      `by the index ${spread(times.index)}, exact on the server ${spread(times.exact)}`,
  );
}

/** From the seeds to the recommendations with reasons, as `consonance recommend` gives them. */
async function compareRecommendations({ catalogue }: Collection): Promise<void> {
  const kinds: [name: string, seeds: number, settings: Partial<RecommendSettings>][] = [
    ['one seed', 1, {}],
    ['five seeds', 5, {}],
    ['one song an artist', 1, { maxPerArtist: 1 }],
    ...catalogue.labels.map((label, column): (typeof kinds)[number] => {
      const holding = catalogue.ids.filter(
        (_, row) => catalogue.genres[row * catalogue.labels.length + column]! >= 0.5,
      );
      const share = ((100 * holding.length) / catalogue.size).toFixed(1);
      return [`${label} (${share} %), two an artist`, 1, { genres: [label], maxPerArtist: 2 }];
    }),
  ];
  for (const [name, seedCount, chosen] of kinds) {
    const settings = { method: 'cosine', count: 50, ...chosen } as const;
    const times = { index: [] as number[], memory: [] as number[] };
    const recalls = { 5: [] as number[], 50: [] as number[] };
    const seeds = someOf(catalogue.ids, queries * seedCount, 3);
    for (let first = 0; first < seeds.length; first += seedCount) {
      const seedIds = seeds.slice(first, first + seedCount);
      const recommend = async (consonance: Consonance, list: number[]) => {
        const result = await measured(list, () => recommendFor(consonance, seedIds, settings));
        return result.recommendations.map(({ id }) => id);
      };
      const found = await recommend(indexed, times.index);
      const wanted = await recommend(inMemory, times.memory);
      recalls[5].push(recall(found.slice(0, 5), wanted.slice(0, 5)));
      recalls[50].push(recall(found, wanted));
    }
    const [at5, at50] = [recalls[5], recalls[50]].map((list) => mean(list).toFixed(3));
    const isWhole = indexed.isInMemory ? '; the whole library was read' : '';
    console.log(
      `${name}: recall@5 ${at5}, @50 ${at50}; ` +
        `by the index ${spread(times.index)}, in memory ${spread(times.memory)}${isWhole}`,
    );
  }
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  console.log(`${what}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return result;
}

async function measured<T>(times: number[], work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  times.push(performance.now() - started);
  return result;
}

function someOf(ids: readonly string[], count: number, seed: number): string[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => ids[Math.floor(random() * ids.length)]!);
}

function recall(found: readonly string[], wanted: readonly string[]): number {
  const ids = new Set(found);
  return wanted.filter((id) => ids.has(id)).length / wanted.length;
}

function spread(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const p95 = sorted[Math.ceil(0.95 * sorted.length) - 1]!;
  return `${median(times).toFixed(1)} ms (p95 ${p95.toFixed(1)})`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
