import { type Transaction, sql } from 'kysely';
import type { Database } from './database.ts';
import type { Schema } from './schema.ts';
import { storable } from './text.ts';

/** A file that could not be analysed; it is not tried again before it changes. */
export interface Failure {
  trackId: string;
  path: string;
  /** A code of `AudioError`, UNREADABLE, BAD_NAME, CHANGED, BAD_EMBEDDING, or of the model: BAD_INPUT, CRASHED. */
  code: string;
  message: string;
  /** Bytes. */
  size: number;
  /** Milliseconds since 1970. */
  mtime: number;
  contentHash: string | null;
  attempts: number;
  failedAt: Date;
}

/** The failures among the files that are present, by path. */
export async function listFailures(db: Database): Promise<Failure[]> {
  const rows = await db
    .selectFrom('failures')
    .innerJoin('tracks', 'tracks.id', 'failures.track_id')
    .where('vanished_at', 'is', null)
    .selectAll()
    .orderBy('path')
    .execute();
  return rows.map((row) => ({
    trackId: row.track_id,
    path: row.path,
    code: row.code,
    message: row.message,
    size: row.size,
    mtime: row.mtime,
    contentHash: row.content_hash,
    attempts: row.attempts,
    failedAt: row.failed_at,
  }));
}

type Reason = Pick<Failure, 'code' | 'message'>;

/** Does nothing for a track that was forgotten meanwhile. */
const insertFailure = (trackId: string, { code, message }: Reason) => sql`
  insert into failures (track_id, code, message)
  select id, ${code}, ${storable(message)} from tracks where id = ${trackId}`;

export async function recordFailure(
  db: Database | Transaction<Schema>,
  trackId: string,
  reason: Reason,
): Promise<void> {
  await sql`
    ${insertFailure(trackId, reason)}
    on conflict (track_id) do update set code = excluded.code, message = excluded.message,
      attempts = failures.attempts + 1, failed_at = now()`.execute(db);
}

/**
 * Of a file that several workers may analyse: does nothing where one of them has come to an end with it, since what a
 * worker says may be long on its way.
 */
export async function recordFirstFailure(
  db: Database,
  modelId: string,
  trackId: string,
  reason: Reason,
): Promise<void> {
  await sql`
    ${insertFailure(trackId, reason)}
      and not exists (select from features where track_id = id and model_id = ${modelId})
    on conflict (track_id) do nothing`.execute(db);
}
