import type { FrontEnd, Mel, MelWindow } from '@consonance/audio';
import type { Embedder, TrackEmbedding } from '@consonance/models';
import { type Transaction, sql } from 'kysely';
import { type Database, transact } from './database.ts';
import { LibraryError } from './errors.ts';
import type { Schema } from './schema.ts';

export interface Model {
  modelId: string;
  dimensions: number;
  /** Names of the genre probabilities, in the order of `Features.genres`. */
  labels: string[];
  frontEnd: FrontEnd;
}

/** One model's features of every track that is present; row `i` belongs to `ids[i]`. */
export interface Features extends Model {
  ids: string[];
  /** Row-major, tracks x dimensions, each row of length 1. */
  embeddings: Float32Array;
  /** Row-major, tracks x labels, probabilities from 0 to 1. */
  genres: Float32Array;
}

export interface WindowFeatures {
  /** Seconds into the track. */
  starts: Float32Array;
  /** Row-major, windows x dimensions. */
  embeddings: Float32Array;
  /** Row-major, windows x labels; empty where an early version did the analysis. */
  genres: Float32Array;
}

export async function listModels(db: Database): Promise<Model[]> {
  const rows = await db.selectFrom('models').selectAll().orderBy('added_at').execute();
  return rows.map((row) => ({
    modelId: row.model_id,
    dimensions: row.dimensions,
    labels: row.labels,
    frontEnd: row.front_end,
  }));
}

/**
 * Records the model that features will belong to.
 *
 * @throws LibraryError MODEL_MISMATCH when the same id came with another shape before
 */
export async function registerModel(db: Database, embedder: Embedder<Mel>): Promise<void> {
  await db
    .insertInto('models')
    .values({
      model_id: embedder.modelId,
      dimensions: embedder.dimensions,
      labels: [...embedder.labels],
      front_end: JSON.stringify(embedder.frontEnd),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const { dimensions, labels } = await getModel(db, embedder.modelId);
  if (dimensions !== embedder.dimensions || labels.join('\n') !== embedder.labels.join('\n')) {
    throw new LibraryError(
      'MODEL_MISMATCH',
      `Model ${embedder.modelId} is in the library with ${dimensions} dimensions and the labels ` +
        `${labels.join(', ')}, but came with ${embedder.dimensions} and ${embedder.labels.join(', ')}`,
    );
  }
}

/** @throws LibraryError NOT_FOUND */
export async function getModel(db: Database, modelId: string): Promise<Model> {
  const models = await listModels(db);
  const model = models.find((candidate) => candidate.modelId === modelId);
  if (model) return model;
  const known = models.map((candidate) => candidate.modelId).join(', ') || 'none';
  throw new LibraryError('NOT_FOUND', `No model ${modelId} in the library (models: ${known})`);
}

/**
 * Everything a recommender needs, ready for the inner loop, by track id.
 *
 * A cursor reads the table in its own order, a few thousand rows at a time: by id, every row would
 * be on another page, and the text of all at once would take three times their memory.
 *
 * @throws LibraryError NOT_FOUND for an unknown model
 */
export async function readFeatures(db: Database, modelId: string): Promise<Features> {
  const model = await getModel(db, modelId);
  const tracks = await transact(db, async (transaction) => {
    const read: { id: string; embedding: Float32Array; genres: Float32Array }[] = [];
    await sql`
      declare features_cursor cursor for
      select track_id as id, embedding::text as embedding, genres::text as genres
      from features join tracks on tracks.id = features.track_id
      where model_id = ${modelId} and vanished_at is null`.execute(transaction);
    const fetch = sql<{ id: string; embedding: string; genres: string }>`
      fetch 5000 from features_cursor`;
    for (;;) {
      const { rows } = await fetch.execute(transaction);
      if (rows.length === 0) return read;
      for (const { id, embedding, genres } of rows) {
        read.push({ id, embedding: decodeVector(embedding), genres: decodeVector(genres) });
      }
    }
  });
  tracks.sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    ...model,
    ids: tracks.map(({ id }) => id),
    embeddings: concatenate(tracks.map(({ embedding }) => embedding)),
    genres: concatenate(tracks.map(({ genres }) => genres)),
  };
}

/** One model's features of these tracks, by id; those that are not there are left out. */
export async function readFeaturesOf(
  db: Database,
  modelId: string,
  trackIds: readonly string[],
): Promise<Map<string, { embedding: Float32Array; genres: Float32Array }>> {
  // Looked up one by one ("offset 0" stays a query of its own): the embedded database has no statistics of its
  // tables, and would rather read all features, for seconds in a large library.
  const { rows } = await sql<{ id: string; embedding: string; genres: string }>`
    select wanted.id, found.embedding, found.genres
    from unnest(${[...trackIds]}::text[]) as wanted (id)
    cross join lateral (
      select embedding::text as embedding, genres::text as genres
      from features join tracks on tracks.id = track_id
      where track_id = wanted.id and model_id = ${modelId} and vanished_at is null
      offset 0
    ) as found`.execute(db);
  return new Map(
    rows.map(({ id, embedding, genres }) => [
      id,
      { embedding: decodeVector(embedding), genres: decodeVector(genres) },
    ]),
  );
}

/** What the model heard in each window of these tracks, by id; without those it has not analysed. */
export async function readWindows(
  db: Database,
  modelId: string,
  trackIds: readonly string[],
): Promise<Map<string, WindowFeatures>> {
  const rows = await db
    .selectFrom('features')
    .where('model_id', '=', modelId)
    .where(sql<boolean>`track_id = any(${[...trackIds]})`)
    .select('track_id')
    .select(sql<string>`window_starts::text`.as('starts'))
    .select(sql<string>`window_embeddings::text`.as('embeddings'))
    .select(sql<string>`coalesce(window_genres, '{}')::text`.as('genres'))
    .execute();
  return new Map(
    rows.map(({ track_id, starts, embeddings, genres }) => [
      track_id,
      {
        starts: decodeVector(starts),
        embeddings: decodeVector(embeddings),
        genres: decodeVector(genres),
      },
    ]),
  );
}

/** Says why an embedding cannot be stored or compared; undefined when it can. */
export function embeddingFault(result: TrackEmbedding): string | undefined {
  const { embedding, genres, windowEmbeddings } = result;
  const numbers = [embedding, ...windowEmbeddings, Object.values(genres)];
  if (!numbers.every((row) => row.every(Number.isFinite))) return 'the model gave NaN or infinity';
  if (embedding.every((value) => value === 0)) return 'the model gave an embedding of zeros';
  return undefined;
}

export function featureRow(
  embedder: Embedder<Mel>,
  trackId: string,
  windows: readonly MelWindow<Mel>[],
  { embedding, genres, windowEmbeddings, windowGenres }: TrackEmbedding,
) {
  return {
    model_id: embedder.modelId,
    track_id: trackId,
    embedding: sql`${`[${embedding.join(',')}]`}::vector`,
    genres: encodeArray(Float32Array.from(embedder.labels, (label) => genres[label] ?? 0)),
    window_starts: encodeArray(Float32Array.from(windows, (window) => window.startSeconds)),
    window_embeddings: encodeArray(concatenate(windowEmbeddings)),
    window_genres: encodeArray(concatenate(windowGenres)),
    analysed_at: new Date(),
  };
}

/** Gives these tracks the features of every model that has heard the same content elsewhere. */
export async function copyFeatures(
  transaction: Transaction<Schema>,
  trackIds: readonly string[],
): Promise<void> {
  await sql`
    insert into features (model_id, track_id, embedding, genres,
      window_starts, window_embeddings, window_genres, analysed_at)
    select donor.model_id, copy.id, donor.embedding, donor.genres,
      donor.window_starts, donor.window_embeddings, donor.window_genres, donor.analysed_at
    from tracks copy
    join tracks original on original.content_hash = copy.content_hash and original.id <> copy.id
    join features donor on donor.track_id = original.id
    where copy.id = any(${trackIds})
    on conflict do nothing`.execute(transaction);
}

// Numbers travel as text, in PostgreSQL's shortest form that gives back the same float32.
const encodeArray = (values: Float32Array) => sql`${`{${values.join(',')}}`}::real[]`;

const decodeVector = (text: string) => Float32Array.from(JSON.parse(`[${text.slice(1, -1)}]`));

function concatenate(rows: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(rows.reduce((length, row) => length + row.length, 0));
  let offset = 0;
  for (const row of rows) {
    all.set(row, offset);
    offset += row.length;
  }
  return all;
}
