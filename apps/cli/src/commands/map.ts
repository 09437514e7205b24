import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { analysedMusic } from '@consonance/engine';
import { topGenre } from '@consonance/recommender';
import { withConsonance } from '../compose.ts';
import { globalOptions, print } from '../context.ts';
import { trackJson } from '../report.ts';

type Point = ReturnType<typeof trackJson> & { genre: string; x: number; y: number };

const columns = ['id', 'x', 'y', 'genre', 'artist', 'title', 'path'] as const;

const formats: Record<string, (points: readonly Point[]) => string> = {
  '.json': (points) => `${JSON.stringify(points, null, 2)}\n`,
  '.csv': (points) =>
    [columns, ...points.map((point) => columns.map((column) => csvCell(point[column])))]
      .map((row) => `${row.join(',')}\r\n`)
      .join(''),
};

/** RFC 4180. */
function csvCell(value: string | number | null): string {
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const formatOf = (file: string) => formats[path.extname(file).toLowerCase()];

function mapFile(file: string): string {
  if (formatOf(file)) return file;
  throw new InvalidArgumentError(
    `Expected a file name that ends in ${Object.keys(formats).join(' or ')}.`,
  );
}

export function registerMap(program: Command): void {
  program
    .command('map')
    .description('a 2-D map of the library, where songs that sound alike lie together; it is kept')
    .option('--out <file>', 'also write the points: .json or .csv', mapFile)
    .action(async ({ out }: { out?: string }, command: Command) => {
      const options = globalOptions(command);
      const { modelId, points } = await withConsonance(options.dataDir, async (consonance) => {
        const collection = await analysedMusic(consonance);
        const { modelId, catalogue, trackOf } = collection;
        const places = await consonance.map.compute(collection);
        const points = places.map(({ id, x, y }, row): Point => ({
          ...trackJson(trackOf.get(id)!),
          genre: topGenre(catalogue, row),
          x,
          y,
        }));
        return { modelId, points };
      });
      if (out !== undefined) await writeFile(out, formatOf(out)!(points));
      const written = out === undefined ? '' : ` and written to ${out}`;
      print(options, { modelId, points }, `${points.length} songs on the map, kept${written}`);
    });
}
