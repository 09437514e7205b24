import { type Database, transact } from './database.ts';
import { storable } from './text.ts';
import { isUnder, newTrackId, realOrGiven } from './tracks.ts';
import { isWithin } from './walk.ts';

/** A folder that scans look through. */
export interface Folder {
  id: string;
  /** Real path. */
  path: string;
  addedAt: Date;
  /** Audio files in it that were present at the last scan. */
  files: number;
  /** Those of them that some model has analysed. */
  analysed: number;
}

/**
 * Adds a folder to those that scans look through. One that lies in such a folder already adds
 * nothing; those that lie in it are taken up by it.
 */
export async function addFolder(db: Database, folder: string): Promise<void> {
  const path = storable(await realOrGiven(folder), Infinity);
  await transact(db, async (transaction) => {
    const known = await transaction.selectFrom('folders').selectAll().execute();
    if (known.some((other) => isWithin(path, other.path))) return;
    const inner = known.filter((other) => isWithin(other.path, path)).map(({ id }) => id);
    if (inner.length > 0) {
      await transaction.deleteFrom('folders').where('id', 'in', inner).execute();
    }
    await transaction.insertInto('folders').values({ id: newTrackId(), path }).execute();
  });
}

/** By path. */
export async function listFolders(db: Database): Promise<Folder[]> {
  const rows = await db.selectFrom('folders').selectAll().orderBy('path').execute();
  return Promise.all(
    rows.map(async ({ id, path, added_at }) => {
      const { files, analysed } = await db
        .selectFrom('tracks')
        .where('vanished_at', 'is', null)
        .where(isUnder(path))
        .select(({ fn, exists, selectFrom }) => [
          fn.countAll().as('files'),
          fn
            .countAll()
            .filterWhere(
              exists(selectFrom('features').whereRef('features.track_id', '=', 'tracks.id')),
            )
            .as('analysed'),
        ])
        .executeTakeFirstOrThrow();
      return { id, path, addedAt: added_at, files: Number(files), analysed: Number(analysed) };
    }),
  );
}

/** @returns false when there is no such folder */
export async function removeFolder(db: Database, id: string): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom('folders').where('id', '=', id).executeTakeFirst();
  return numDeletedRows > 0n;
}
