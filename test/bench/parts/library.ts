/** What a library takes in the database, in memory and in time, by its size. */
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { growthTable, type Point } from '../growth.ts';
import { libraryOf } from '../libraries.ts';
import type { BenchmarkPart, Context } from '../part.ts';
import { median } from '../ratio.ts';
import type { Table } from '../report.ts';
import { probeLibrary } from './probes.ts';

export const library: BenchmarkPart = {
  title: 'Memory and time of a library',
  about:
    'Generated libraries: rows as the analysis writes them (tags, 64 dimensions, 7 genres, three windows a song), vectors in clusters by genre, ' +
    'songs that nobody ever heard. Database: the embedded one, tables with their indexes. In memory: embedding and genres as float32; tags, paths and ' +
    'ids as JavaScript objects. Peak: the resident process with the database in it, after it has read everything and recommended. Open: from the ' +
    'database into memory. Recommend: five songs for five, median of 25. CPU time; the exponent is the slope of its logarithm over that of the ' +
    'number of songs, with Student’s 95 % interval.',
  measure,
};

const sizes = [1000, 10_000, 100_000, 1_000_000];

async function measure(context: Context): Promise<Table[]> {
  const rows: Table['rows'] = [];
  const open: Point[] = [];
  const recommend: Point[] = [];
  for (const songs of sizes) {
    const { tracks, features } = await databaseBytes(await libraryOf(songs, context.log));
    const probe = await probeLibrary(songs, context);
    rows.push({
      songs,
      tracks: tracks / songs,
      features: features / songs,
      vectors: probe.vectorBytes / songs,
      heap: probe.heapBytes / songs,
      peak: probe.peakBytes / 2 ** 20,
    });
    open.push([songs, 1000 * probe.loadSeconds]);
    recommend.push([songs, median(probe.recommendMilliseconds)]);
  }
  const columns = [
    { name: 'songs', title: 'songs' },
    { name: 'tracks', title: 'database, tags and path', unit: 'B' },
    { name: 'features', title: 'database, features', unit: 'B' },
    { name: 'vectors', title: 'memory, embedding and genres', unit: 'B' },
    { name: 'heap', title: 'memory, tags and path', unit: 'B' },
    { name: 'peak', title: 'process, peak', unit: 'MiB' },
  ];
  return [
    { title: 'Bytes a song', columns, rows },
    growthTable('CPU time', { open, 'recommend five': recommend }, 'ms'),
  ];
}

async function databaseBytes(dataDirectory: string): Promise<{ tracks: number; features: number }> {
  const db = await PGlite.create(path.join(dataDirectory, 'database'), { extensions: { vector } });
  const { rows } = await db.query<{ tracks: number; features: number }>(
    `select pg_total_relation_size('tracks')::float8 tracks,
       pg_total_relation_size('features')::float8 features`,
  );
  await db.close();
  return rows[0]!;
}
