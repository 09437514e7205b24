/**
 * Songs around real ones on a PostgreSQL server, as if analysed: every artist lies near a real song, an
 * artist's songs near the artist. The noise of each axis is in proportion to how much that axis varies
 * among the real songs, so that the new ones fill the space as real ones do.
 */
import type { Library } from '@consonance/library';
import { seededRandom } from '@consonance/statistics';
import pg from 'pg';

const rowsPerInsert = 2000;
const songsPerArtist = 12;
/** Standard deviations, as a share of those of the real songs. */
const artistSpread = 0.5;
const songSpread = 0.3;
/** Standard deviation of a song's genre probabilities from those of the real song. */
const genreSpread = 0.1;

/** @param library holds the real songs only, on the server */
export async function addSongs(
  library: Library,
  modelId: string,
  databaseUrl: string,
  songs: number,
): Promise<void> {
  const { dimensions, labels, ids, embeddings, genres } = await library.features(modelId);
  const random = seededRandom(1);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const rowOf = (matrix: Float32Array, row: number, columns: number) =>
    matrix.subarray(row * columns, (row + 1) * columns);
  const spreads = Array.from({ length: dimensions }, (_, axis) =>
    deviation(ids.map((_, row) => embeddings[row * dimensions + axis]!)),
  );
  const near = (point: ArrayLike<number>, share: number) =>
    spreads.map((spread, axis) => point[axis]! + share * spread * normal());

  let artist = { row: 0, centre: [] as number[], name: '' };
  const song = (n: number) => {
    if (n % songsPerArtist === 0) {
      const row = Math.floor(random() * ids.length);
      const centre = near(rowOf(embeddings, row, dimensions), artistSpread);
      artist = { row, centre, name: `artist ${n / songsPerArtist}` };
    }
    const embedding = unit(near(artist.centre, songSpread));
    const probabilities = Array.from(rowOf(genres, artist.row, labels.length), (probability) =>
      Math.min(1, Math.max(0, probability + genreSpread * normal())).toFixed(5),
    );
    const windows = [0, 1, 2].map(() => near(artist.centre, songSpread));
    return {
      id: `g${String(n).padStart(11, '0')}`,
      title: `song ${n}`,
      artist: artist.name,
      album: `album of ${artist.name}`,
      path: `/music/${artist.name}/album/${n}.mp3`,
      duration: Math.round(120 + 240 * random()),
      embedding: `[${embedding.map((value) => value.toFixed(7))}]`,
      genres: `{${probabilities}}`,
      windows: `{${windows.flat().map((value) => value.toFixed(5))}}`,
    };
  };

  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (let first = 0; first < songs; first += rowsPerInsert) {
      const count = Math.min(rowsPerInsert, songs - first);
      await client.query(
        `with given as (select * from json_to_recordset($2) as t (id text, path text, duration float8,
           title text, artist text, album text, embedding text, genres text, windows text)),
         new_tracks as (insert into tracks (id, path, size, mtime, content_hash, duration, title, artist,
           album, search_title, search_text)
           select id, path, 1000, 0, id, duration, title, artist, album, title,
             concat_ws(' ', title, artist, album) from given returning id)
         insert into features (model_id, track_id, embedding, genres, window_starts, window_embeddings,
           window_genres)
         select $1, given.id, embedding::vector, genres::real[], '{30,90,150}', windows::real[], '{}'
         from given join new_tracks on new_tracks.id = given.id`,
        [modelId, JSON.stringify(Array.from({ length: count }, (_, i) => song(first + i)))],
      );
    }
    await client.query('vacuum analyze tracks, features');
  } finally {
    await client.end();
  }
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}

function unit(values: readonly number[]): number[] {
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}
