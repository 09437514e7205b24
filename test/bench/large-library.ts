/**
 * A data directory with many songs that were never analysed but look as if: rows of the real schema for
 * the current model, in clusters by genre, three windows a song. For benchmarks of what the size of a
 * library costs.
 *
 *   node test/bench/large-library.ts <data directory> [songs]
 */
import path from 'node:path';
import { openConsonance } from '@consonance/engine';
import { seededRandom } from '@consonance/statistics';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';

const rowsPerInsert = 2000;
const songsPerArtist = 12;

/** @returns the ids */
export async function makeLargeLibrary(dataDirectory: string, songs: number): Promise<string[]> {
  const consonance = await openConsonance({ dataDirectory });
  const { modelId, labels, dimensions, frontEnd } = consonance.model;
  await consonance.close();
  const db = await PGlite.create(path.join(dataDirectory, 'database'), { extensions: { vector } });
  await db.query(
    `insert into models (model_id, dimensions, labels, front_end) values ($1, $2, $3, $4)
     on conflict do nothing`,
    [modelId, dimensions, labels, frontEnd],
  );
  const random = seededRandom(1);
  const centres = labels.map(() => Array.from({ length: dimensions }, () => random() - 0.5));
  const ids: string[] = [];
  for (let first = 0; first < songs; first += rowsPerInsert) {
    const count = Math.min(rowsPerInsert, songs - first);
    const rows = Array.from({ length: count }, (_, i) => song(first + i));
    await db.query(
      `insert into tracks (id, path, size, mtime, content_hash, duration, title, artist, album,
         search_title, search_text)
       select id, path, 1000, 0, id, duration, title, artist, album, lower(title),
         lower(title || ' ' || artist || ' ' || album)
       from json_to_recordset($1) as t
         (id text, path text, duration float8, title text, artist text, album text)`,
      [rows.map(({ track }) => track)],
    );
    await db.query(
      // Materialized: nothing is read from its text twice.
      `with songs as materialized (
         select id, embedding::vector, embedding::vector::real[] heard, genres::real[]
         from json_to_recordset($2) as f (id text, embedding text, genres text))
       insert into features (model_id, track_id, embedding, genres, window_starts,
         window_embeddings, window_genres)
       select $1, id, embedding, genres, '{0,60,120}', heard || heard || heard,
         genres || genres || genres
       from songs`,
      [modelId, rows.map(({ feature }) => feature)],
    );
    ids.push(...rows.map(({ track }) => track.id));
  }
  await db.close();
  return ids;

  function song(n: number) {
    const id = String(n).padStart(12, '0');
    const genre = n % labels.length;
    const embedding = centres[genre]!.map((value) => short(value + random() - 0.5));
    const genres = labels.map((_, i) => short(((i === genre ? 1 : 0) + random()) / 2));
    const artist = `${words[(n * 7) % words.length]} ${Math.floor(n / songsPerArtist)}`;
    return {
      track: {
        id,
        path: `/nowhere/${id}.mp3`,
        artist,
        duration: 120 + 240 * random(),
        title: `${words[n % words.length]} ${words[(n * 13 + 5) % words.length]} ${n}`,
        album: `Album ${Math.floor(n / songsPerArtist)}`,
      },
      feature: { id, embedding: `[${embedding}]`, genres: `{${genres}}` },
    };
  }
}

/** Few digits: they travel as text. */
const short = (value: number): number => Math.round(value * 1e4) / 1e4;

const words = (
  'amber blue canyon delta echo falling golden harbour island jasmine kite lantern meadow night ' +
  'ocean paper quiet river silver thunder under velvet winter yellow zephyr'
).split(' ');

if (import.meta.main) {
  const [dataDirectory, songs = '100000'] = process.argv.slice(2);
  if (dataDirectory === undefined) throw new Error('Expected a data directory.');
  const ids = await makeLargeLibrary(dataDirectory, Number(songs));
  console.log(`${ids.length} songs in ${dataDirectory}`);
}
