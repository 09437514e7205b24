import { sql } from 'kysely';
import { type Database, transact } from './database.ts';
import { expected } from './errors.ts';
import type { ListenKind } from './schema.ts';
import { storable } from './text.ts';

/** Something a listener did with a song. */
export interface Listen {
  trackId: string;
  kind: ListenKind;
  /** Unix time in seconds. */
  at: number;
  /** How much of the song was heard, in [0, 1]; absent where nobody knows. */
  share?: number;
}

export interface Listener {
  name: string;
  /** How long the history is. */
  listens: number;
  /** Its end, Unix time in seconds; null where there is none yet. */
  lastAt: number | null;
}

/** A song that a listener was given. */
export interface GivenRecommendation {
  trackId: string;
  /** Unix time in seconds. */
  at: number;
}

const kinds: readonly ListenKind[] = ['play', 'skip', 'like', 'dislike'];

/** Unix times in seconds; between them are the years that ISO 8601 writes with four digits. */
const year1 = Date.parse('0001-01-01T00:00:00Z') / 1000;
const year10000 = Date.UTC(10_000, 0) / 1000;

function checkTime(at: number): void {
  if (at >= year1 && at < year10000) return;
  throw expected('a time in seconds, of the years 1 to 9999,', 'at', at);
}

/** Earlier versions stored any finite time. */
const datable = (at: number): number => Math.min(year10000 - 0.001, Math.max(year1, at));

/**
 * Adds to a listener's history. What is there already (same song, kind and time) and songs that the
 * library does not hold are passed over, so an export may be imported again.
 *
 * @returns how many were new
 * @throws LibraryError BAD_OPTION naming the value; then nothing is added
 */
export async function addListens(
  db: Database,
  listener: string,
  listens: readonly Listen[],
): Promise<number> {
  const name = listenerName(listener);
  for (const { kind, at, share } of listens) {
    if (!kinds.includes(kind)) throw expected(`one of ${kinds.join(', ')}`, 'kind', kind);
    checkTime(at);
    if (share !== undefined && !(share >= 0 && share <= 1)) {
      throw expected('a number from 0 to 1', 'share', share);
    }
  }
  const { numAffectedRows } = await transact(db, (transaction) =>
    sql`
    insert into listens (listener, track_id, kind, at, share)
    select ${name}, added.track_id, added.kind, added.at, added.share
    from unnest(
      ${listens.map(({ trackId }) => trackId)}::text[],
      ${listens.map(({ kind }) => kind)}::text[],
      ${listens.map(({ at }) => at)}::double precision[],
      ${listens.map(({ share }) => share ?? null)}::double precision[]
    ) as added (track_id, kind, at, share)
    join tracks on tracks.id = added.track_id
    on conflict do nothing`.execute(transaction),
  );
  return Number(numAffectedRows ?? 0);
}

/** A listener's history, the latest first; vanished songs included. */
export async function listListens(db: Database, listener: string): Promise<Listen[]> {
  const rows = await db
    .selectFrom('listens')
    .where('listener', '=', listenerName(listener))
    .selectAll()
    .orderBy('at', 'desc')
    .orderBy('track_id')
    .orderBy('kind')
    .execute();
  return rows.map(({ track_id, kind, at, share }) => ({
    trackId: track_id,
    kind,
    at: datable(at),
    ...(share !== null && { share }),
  }));
}

/** Adds a listener without a history; one who is known already stays as they are. */
export async function addListener(db: Database, listener: string): Promise<void> {
  await db
    .insertInto('listeners')
    .values({ name: listenerName(listener) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Forgets a listener with their history. @returns false when there is none of this name */
export async function removeListener(db: Database, listener: string): Promise<boolean> {
  const name = listenerName(listener);
  return transact(db, async (transaction) => {
    const deleted = [
      await transaction.deleteFrom('listeners').where('name', '=', name).executeTakeFirst(),
      await transaction.deleteFrom('listens').where('listener', '=', name).executeTakeFirst(),
      await transaction
        .deleteFrom('recommendations')
        .where('listener', '=', name)
        .executeTakeFirst(),
      await transaction
        .deleteFrom('interleaving_consents')
        .where('listener', '=', name)
        .executeTakeFirst(),
    ];
    return deleted.some(({ numDeletedRows }) => numDeletedRows > 0n);
  });
}

/** All listeners by name, or the one of this name. */
export async function listListeners(db: Database, listener?: string): Promise<Listener[]> {
  const { rows } = await sql<{ name: string; listens: string; lastAt: number | null }>`
    select name, count(at) as listens, max(at) as "lastAt"
    from (select name from listeners union select listener from listens) as known
    left join listens on listener = name
    ${listener === undefined ? sql`` : sql`where name = ${listenerName(listener)}`}
    group by name order by name`.execute(db);
  return rows.map(({ name, listens, lastAt }) => ({
    name,
    listens: Number(listens),
    lastAt: lastAt === null ? null : datable(lastAt),
  }));
}

/** Remembers what a listener was given. @param at Unix time in seconds. */
export async function addRecommendations(
  db: Database,
  listener: string,
  trackIds: readonly string[],
  at: number,
): Promise<void> {
  const name = listenerName(listener);
  checkTime(at);
  await sql`
    insert into recommendations (listener, track_id, at)
    select ${name}, id, ${at} from tracks where id = any(${[...trackIds]})
    on conflict do nothing`.execute(db);
}

/** What a listener was given so far, the latest first. */
export async function listRecommendations(
  db: Database,
  listener: string,
): Promise<GivenRecommendation[]> {
  const rows = await db
    .selectFrom('recommendations')
    .where('listener', '=', listenerName(listener))
    .select(['track_id', 'at'])
    .orderBy('at', 'desc')
    .orderBy('track_id')
    .execute();
  return rows.map(({ track_id, at }) => ({ trackId: track_id, at }));
}

/** Spaces around a name do not make another listener. */
export function listenerName(listener: string): string {
  const name = storable(listener.trim(), 200);
  if (name === '') throw expected('a name', 'listener', listener);
  return name;
}
