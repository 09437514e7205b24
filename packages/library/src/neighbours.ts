/** The nearest tracks, found by the database: on a server by an index (HNSW) over half-precision copies. */
import { createHash } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import type { Database } from './database.ts';
import { type Model, getModel } from './features.ts';

/** What the index finds, in numbers of the tracks wanted: the best of them are right far more often. */
const oversampling = 4;

/** pgvector's largest `hnsw.ef_search`: how many tracks a search of the graph keeps in view. */
const mostInView = 1000;

/** How many tracks a search looks at for those that pass a filter; where they do not do, it reads all. */
const mostVisited = 40_000;

export interface NeighbourQuery {
  /** How many, at most. */
  count: number;
  /** Keeps the tracks that hold one of these genres, at least this probable. */
  genres?: { labels: readonly string[]; minimumProbability: number } | undefined;
  /** Seconds; tracks without a duration stay. */
  minimumSeconds?: number | undefined;
  maximumSeconds?: number | undefined;
}

type Indexed = Pick<Model, 'modelId' | 'dimensions'>;

/**
 * Makes the index of a model on a server, where it is not there, while others go on reading and writing;
 * what is stored later goes into it by itself. One process builds it; the others do not wait.
 *
 * With many tracks present it takes minutes, and several times longer where the server's
 * `maintenance_work_mem` does not hold it (about 1 KB a track).
 */
export async function indexNeighbours(db: Database, model: Indexed): Promise<void> {
  const name = indexName(model);
  await db.connection().execute(async (connection) => {
    const { rows } = await sql<{ isMine: boolean }>`
      select pg_try_advisory_lock(hashtext(${name})) as "isMine"`.execute(connection);
    if (!rows[0]!.isMine) return;
    try {
      await sql`set statement_timeout = 0`.execute(connection);
      // A build that was cut off leaves an index that nobody uses and every write maintains.
      if (await isCutOff(connection, name)) {
        await sql`drop index concurrently ${sql.id(name)}`.execute(connection);
      }
      await sql`
        create index concurrently if not exists ${sql.id(name)} on features
        using hnsw ((${halfVector(model, sql`embedding`)}) halfvec_cosine_ops)
        where model_id = ${sql.lit(model.modelId)}`.execute(connection);
    } finally {
      await sql`reset statement_timeout`.execute(connection);
      await sql`select pg_advisory_unlock(hashtext(${name}))`.execute(connection);
    }
  });
}

async function isCutOff(db: Database, name: string): Promise<boolean> {
  const { rows } = await sql`
    select from pg_index where indexrelid = to_regclass(${name}) and not indisvalid`.execute(db);
  return rows.length > 0;
}

/** Whether at least so many tracks have features of the model. */
export async function hasFeatures(db: Database, modelId: string, count: number): Promise<boolean> {
  const { rows } = await sql`
    select from features join tracks on tracks.id = track_id
    where model_id = ${modelId} and vanished_at is null offset ${count - 1} limit 1`.execute(db);
  return rows.length > 0;
}

/**
 * Ids of the tracks whose embeddings have the highest cosine with `embedding`, the highest first. With an
 * index a few may be missing; without one, or where a filter lets so few pass that the search of the graph
 * does not find `count`, all tracks are compared.
 *
 * Source: Malkov and Yashunin 2018; filters by pgvector's iterative scans.
 *
 * @throws LibraryError NOT_FOUND for an unknown model
 */
export async function nearestTracks(
  db: Database,
  modelId: string,
  embedding: Float32Array,
  query: NeighbourQuery,
): Promise<string[]> {
  const model = await getModel(db, modelId);
  const point = sql`${`[${embedding.join(',')}]`}::vector`;
  const found = oversampling * query.count;
  const search = sql<{ id: string }>`
    select id from (
      select track_id as id, embedding from features join tracks on tracks.id = track_id
      where model_id = ${sql.lit(modelId)} and vanished_at is null
        ${sql.join(conditions(model, query), sql` `)}
      order by ${halfVector(model, sql`embedding`)} <=> ${halfVector(model, point)}
      limit ${found}
    ) as found
    order by embedding <=> ${point}, id limit ${query.count}`;
  const settings = {
    'hnsw.ef_search': Math.min(mostInView, Math.max(40, found)),
    'hnsw.iterative_scan': 'relaxed_order',
    'hnsw.max_scan_tuples': mostVisited,
  };
  return db.transaction().execute(async (transaction) => {
    for (const [name, value] of Object.entries(settings)) {
      await sql`select set_config(${name}, ${String(value)}, true)`.execute(transaction);
    }
    let { rows } = await search.execute(transaction);
    if (rows.length < query.count) {
      await sql`set local enable_indexscan = off`.execute(transaction);
      ({ rows } = await search.execute(transaction));
    }
    return rows.map(({ id }) => id);
  });
}

function conditions(model: Model, query: NeighbourQuery): RawBuilder<unknown>[] {
  const { genres, minimumSeconds, maximumSeconds } = query;
  const probable = genres?.labels.map(
    (label) =>
      // PostgreSQL counts from 1; a label that the model does not have matches nothing.
      sql`genres[${sql.lit(model.labels.indexOf(label) + 1)}] >= ${genres.minimumProbability}`,
  );
  return [
    ...(probable ? [sql`and (${sql.join(probable, sql` or `)})`] : []),
    ...(minimumSeconds === undefined
      ? []
      : [sql`and coalesce(duration >= ${minimumSeconds}, true)`]),
    ...(maximumSeconds === undefined
      ? []
      : [sql`and coalesce(duration <= ${maximumSeconds}, true)`]),
  ];
}

/** Model ids may be longer than the 63 bytes of a name. */
const indexName = ({ modelId }: Indexed): string =>
  `features_hnsw_${createHash('sha256').update(modelId).digest('hex').slice(0, 16)}`;

/** Of length 1: half precision ends at 65504. */
const halfVector = ({ dimensions }: Indexed, value: RawBuilder<unknown>) =>
  sql`l2_normalize(${value})::halfvec(${sql.lit(dimensions)})`;
