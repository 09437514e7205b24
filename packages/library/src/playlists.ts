import { sql } from 'kysely';
import { type Database, transact } from './database.ts';
import { LibraryError, expected } from './errors.ts';
import { storable } from './text.ts';
import { newTrackId } from './tracks.ts';

export interface Playlist {
  id: string;
  name: string;
  /** In order; a track may come more than once. */
  trackIds: string[];
  createdAt: Date;
  updatedAt: Date;
}

/**
 * Saves a new playlist, or replaces the one with this id; tracks that the library does not hold are
 * passed over.
 *
 * @returns its id
 * @throws LibraryError NOT_FOUND when there is no playlist with this id
 */
export async function savePlaylist(
  db: Database,
  { id, name, trackIds }: { id?: string; name: string; trackIds: readonly string[] },
): Promise<string> {
  const title = storable(name.trim(), 200);
  if (title === '') throw expected('a name', 'name', name);
  return transact(db, async (transaction) => {
    const playlistId = id ?? newTrackId();
    if (id === undefined) {
      await transaction.insertInto('playlists').values({ id: playlistId, name: title }).execute();
    } else {
      const { numUpdatedRows } = await transaction
        .updateTable('playlists')
        .set({ name: title, updated_at: new Date() })
        .where('id', '=', id)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) throw unknownPlaylist(id);
      await transaction.deleteFrom('playlist_tracks').where('playlist_id', '=', id).execute();
    }
    await sql`
      insert into playlist_tracks (playlist_id, position, track_id)
      select ${playlistId}, listed.position, listed.track_id
      from unnest(${[...trackIds]}::text[]) with ordinality as listed (track_id, position)
      join tracks on tracks.id = listed.track_id`.execute(transaction);
    return playlistId;
  });
}

/** The last changed first. */
export async function listPlaylists(db: Database): Promise<Playlist[]> {
  const rows = await db
    .selectFrom('playlists')
    .selectAll()
    .orderBy('updated_at', 'desc')
    .orderBy('id')
    .execute();
  const listed = await db
    .selectFrom('playlist_tracks')
    .select(['playlist_id', 'track_id'])
    .orderBy('position')
    .execute();
  const byPlaylist = Map.groupBy(listed, (row) => row.playlist_id);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    trackIds: (byPlaylist.get(row.id) ?? []).map((track) => track.track_id),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }));
}

/** @throws LibraryError NOT_FOUND */
export async function removePlaylist(db: Database, id: string): Promise<void> {
  const { numDeletedRows } = await db
    .deleteFrom('playlists')
    .where('id', '=', id)
    .executeTakeFirst();
  if (numDeletedRows === 0n) throw unknownPlaylist(id);
}

export const unknownPlaylist = (id: string): LibraryError =>
  new LibraryError('NOT_FOUND', `Expected the id of a playlist but received '${id}'`);
