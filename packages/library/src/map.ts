import { sql } from 'kysely';
import { type Database, transact } from './database.ts';

/** A song's place on the 2-D map of one model. */
export interface MapPoint {
  trackId: string;
  x: number;
  y: number;
}

/** Replaces the map of a model; songs that the library does not hold are passed over. */
export async function saveMap(
  db: Database,
  modelId: string,
  points: readonly MapPoint[],
): Promise<void> {
  await transact(db, async (transaction) => {
    await transaction.deleteFrom('map_points').where('model_id', '=', modelId).execute();
    await sql`
      insert into map_points (model_id, track_id, x, y)
      select ${modelId}, point.track_id, point.x, point.y
      from unnest(
        ${points.map(({ trackId }) => trackId)}::text[],
        ${points.map(({ x }) => x)}::double precision[],
        ${points.map(({ y }) => y)}::double precision[]
      ) as point (track_id, x, y)
      join tracks on tracks.id = point.track_id`.execute(transaction);
  });
}

/** The map as it was last saved, without the songs that have vanished since; empty before that. */
export async function readMap(db: Database, modelId: string): Promise<MapPoint[]> {
  const rows = await db
    .selectFrom('map_points')
    .innerJoin('tracks', 'tracks.id', 'map_points.track_id')
    .where('model_id', '=', modelId)
    .where('vanished_at', 'is', null)
    .select(['track_id', 'x', 'y'])
    .orderBy('track_id')
    .execute();
  return rows.map(({ track_id, x, y }) => ({ trackId: track_id, x, y }));
}
