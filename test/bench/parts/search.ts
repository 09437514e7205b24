/** The best five of many songs by one query of 64 dimensions, exact, one thread. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { seededRandom } from '@consonance/statistics';
import { compete, type Row } from '../compete.ts';
import type { Competitors } from '../competitors/processes.ts';

export interface SearchResult {
  columns: number;
  rounds: number;
  sizes: { songs: number; rows: Row[] }[];
}

const columns = 64;

export async function runSearch(
  competitors: Competitors,
  { folder, rounds, log }: { folder: string; rounds: number; log: (text: string) => void },
): Promise<SearchResult> {
  const sizes: SearchResult['sizes'] = [];
  for (const songs of [10_000, 100_000, 1_000_000]) {
    log(`search: ${songs} songs`);
    const random = seededRandom(songs);
    const [matrix, input] = ['matrix', 'query'].map((name) => path.join(folder, `${name}.f32`));
    const vectors = Float32Array.from({ length: songs * columns }, () => random() - 0.5);
    await writeFile(matrix!, new Uint8Array(vectors.buffer));
    await writeFile(input!, new Uint8Array(Float32Array.from({ length: columns }, () => random() - 0.5).buffer)); // prettier-ignore
    const rows = await compete(
      competitors.of('search'),
      { task: 'search', settings: { matrix: matrix!, columns, best: 5, songs }, input: input! },
      {
        ...{ folder, rounds, reference: 'Consonance' },
        agreement: (result, all) =>
          result.join() === all.get('Consonance')!.join() ? 'same' : 'differs',
      },
    );
    sizes.push({ songs, rows });
  }
  return { columns, rounds, sizes };
}
