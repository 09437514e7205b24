/** The best five of many songs by one query of 64 dimensions, exact, one thread. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { seededRandom } from '@consonance/statistics';
import { compete, peerTable } from '../compete.ts';
import type { BenchmarkPart, Context } from '../part.ts';
import type { Table } from '../report.ts';

const columns = 64;

export const search: BenchmarkPart = {
  title: 'Exact search',
  about:
    'The best five of all songs by the cosine to one song, 64 dimensions, exact, one thread. Generated: vectors in all directions ' +
    'alike, without the clusters of music, which leave fewer songs to compare in full.',
  measure,
};

async function measure({ folder, rounds, log, competitors }: Context): Promise<Table[]> {
  const tables: Table[] = [];
  for (const songs of [10_000, 100_000, 1_000_000]) {
    log(`search: ${songs} songs`);
    const random = seededRandom(songs);
    const [matrix, input] = ['matrix', `query-${songs}`].map((name) =>
      path.join(folder, `${name}.f32`),
    );
    await writeFile(matrix!, unitRows(songs, random));
    await writeFile(input!, unitRows(1, random));
    const rows = await compete(
      (await competitors()).of('search'),
      { task: 'search', settings: { matrix: matrix!, columns, best: 5, songs }, input: input! },
      {
        folder,
        rounds,
        log,
        reference: 'Consonance',
        agreement: (result, all) =>
          result.join() === all.get('Consonance')!.join() ? 'same' : 'differs',
      },
    );
    tables.push(peerTable(`${songs.toLocaleString('en')} songs`, rows));
  }
  return tables;
}

/** Rows of length 1, as bytes. */
function unitRows(count: number, random: () => number): Uint8Array {
  const rows = Float32Array.from({ length: count * columns }, () => random() - 0.5);
  for (let first = 0; first < rows.length; first += columns) {
    const row = rows.subarray(first, first + columns);
    const length = Math.hypot(...row);
    for (let i = 0; i < columns; i++) row[i]! /= length;
  }
  return new Uint8Array(rows.buffer);
}
