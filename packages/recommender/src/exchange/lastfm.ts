import { RecommenderError } from '../errors.ts';
import { foldName } from '../song.ts';
import { expectField, linesOf, type Parsed, readItems, secondsFrom } from './records.ts';

/** The names that exporters give to the columns, folded. */
const columnNames = {
  artist: ['artist', 'artist name'],
  album: ['album', 'album name'],
  title: ['title', 'track', 'track name', 'song', 'name'],
  date: ['uts', 'date', 'utc time', 'timestamp', 'time'],
};

/**
 * A Last.fm export as CSV (RFC 4180, one listen a line). The header names the columns; without one
 * they are artist, album, title, date.
 */
export function parseLastFm(text: string): Parsed {
  const lines = linesOf(text);
  const header = headerOf(lines[0]?.value ?? '');
  const { artist, album, title, date } = header ?? { artist: 0, album: 1, title: 2, date: 3 };
  return readItems(header ? lines.slice(1) : lines, (line) => {
    const cells = cellsOf(line);
    const cell = (name: string, column: number) => {
      const value = cells[column]?.trim();
      expectField(!!value, 'text', name, value);
      return value!;
    };
    const albumName = cells[album]?.trim();
    return {
      kind: 'play',
      at: secondsFrom('date', cells[date]?.trim()),
      artist: cell('artist', artist),
      title: cell('title', title),
      ...(albumName && { album: albumName }),
    };
  });
}

function headerOf(line: string): Record<keyof typeof columnNames, number> | undefined {
  const cells = line.split(',').map(foldName);
  const columnOf = (names: readonly string[]) =>
    cells.indexOf(names.find((name) => cells.includes(name)) ?? '\n');
  const artist = columnOf(columnNames.artist);
  const album = columnOf(columnNames.album);
  const title = columnOf(columnNames.title);
  const date = columnOf(columnNames.date);
  return artist >= 0 && title >= 0 && date >= 0 ? { artist, album, title, date } : undefined;
}

/** The cells of one line; quotes inside quotes are doubled. */
function cellsOf(line: string): string[] {
  const cells: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",][^,]*|))(,|$)/y;
  for (;;) {
    const match = cell.exec(line);
    if (!match) {
      throw new RecommenderError(
        'BAD_RECORD',
        `Expected a closing quote for field ${cells.length + 1} but the line ends or goes on after it.`,
      );
    }
    cells.push(match[1]?.replaceAll('""', '"') ?? match[2]!);
    if (match[3] === '') return cells;
  }
}
