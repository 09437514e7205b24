/**
 * What libraries of other sizes take, by calculation from the costs that were measured:
 *
 *   node test/bench/sizing.ts [songs...]
 *
 * Opening and recommending follow the straight line through the smallest and the largest library that
 * were measured, all else is in proportion to the songs.
 */
import { cell, tablesOf } from './cells.ts';
import { readReport } from './kept.ts';
import { tableText } from './markdown.ts';
import type { BenchmarksReport, Table } from './report.ts';

/** What a cost is without songs, and what each song adds. */
interface Line {
  fixed: number;
  song: number;
}

export interface Costs {
  /** CPU seconds a song, MP3 of 4 minutes. */
  analysis: number;
  /** Bytes a song, with indexes. */
  database: number;
  /** Bytes of a process that serves, with the embedded database in it, at its peak. */
  embedded: Line;
  /** Bytes a song that it keeps in memory where the database is on a server. */
  memory: number;
  /** CPU seconds to take the library into memory. */
  open: Line;
  /** CPU seconds of a recommendation. */
  recommend: Line;
}

/** A song of 4 minutes at 256 kb/s, bytes. */
const musicBytes = (4 * 60 * 256_000) / 8;
const week = 7 * 24 * 3600;
const gigabyte = 1e9;

/** @throws Error where a part is missing */
export function costsOf(report: Pick<BenchmarksReport, 'parts'>): Costs {
  const [bytes, time] = tablesOf(report, 'library') as [Table, Table];
  const [files] = tablesOf(report, 'embedding') as [Table];
  const [smallest, largest] = [bytes.rows[0]!, bytes.rows.at(-1)!].map(({ songs }) =>
    Number(songs),
  );
  const byteCell = (...columns: string[]) =>
    columns.reduce((sum, column) => sum + cell(bytes, largest!, column), 0);
  const line = (least: number, most: number): Line => {
    const song = (most - least) / (largest! - smallest!);
    return { fixed: least - smallest! * song, song };
  };
  const seconds = (task: string): Line =>
    line(cell(time, task, `${smallest}`) / 1000, cell(time, task, `${largest}`) / 1000);
  const peak = (songs: number) => cell(bytes, songs, 'peak') * 2 ** 20;
  return {
    analysis: cell(files, 'MP3 of 4 minutes, three windows', 'cpu') / 1000,
    database: byteCell('tracks', 'features'),
    embedded: line(peak(smallest!), peak(largest!)),
    memory: byteCell('vectors', 'heap'),
    open: seconds('open'),
    recommend: seconds('recommend five'),
  };
}

const at = ({ fixed, song }: Line, songs: number): number => fixed + song * songs;

/** What libraries of so many songs take. */
export function sizingTable(costs: Costs, sizes: readonly number[]): Table {
  return {
    title: 'By calculation',
    columns: [
      { name: 'songs', title: 'songs' },
      { name: 'music', title: 'music, 4 min at 256 kb/s', unit: 'GB' },
      { name: 'database', title: 'database', unit: 'GB' },
      { name: 'embedded', title: 'process, database in it', unit: 'GB' },
      { name: 'memory', title: 'process, database on a server', unit: 'GB' },
      { name: 'analysis', title: 'first analysis, CPU hours' },
      { name: 'cores', title: 'cores to analyse it in a week' },
      { name: 'open', title: 'start of a process', unit: 's' },
      { name: 'recommend', title: 'a recommendation, one core', unit: 'ms' },
      { name: 'rate', title: 'recommendations a second and core' },
    ],
    rows: sizes.map((songs) => ({
      songs,
      music: (songs * musicBytes) / gigabyte,
      database: (songs * costs.database) / gigabyte,
      embedded: at(costs.embedded, songs) / gigabyte,
      memory: (costs.embedded.fixed + songs * costs.memory) / gigabyte,
      analysis: (songs * costs.analysis) / 3600,
      cores: Math.ceil((songs * costs.analysis) / week),
      open: at(costs.open, songs),
      recommend: 1000 * at(costs.recommend, songs),
      rate: 1 / at(costs.recommend, songs),
    })),
  };
}

const usualSizes = [10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

export const sizingText = (report: Pick<BenchmarksReport, 'parts'>): string =>
  tableText(sizingTable(costsOf(report), usualSizes));

if (import.meta.main) {
  const sizes = process.argv.slice(2).map(Number);
  if (sizes.some((songs) => !(songs >= 1)))
    throw new Error(`Expected numbers of songs but received ${process.argv.slice(2).join(' ')}`);
  const costs = costsOf(await readReport());
  console.log(tableText(sizingTable(costs, sizes.length > 0 ? sizes : usualSizes)));
}
