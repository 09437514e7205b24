import width from 'string-width';

/** Plain columns: numbers to the right, text to the left, long text cut with an ellipsis. */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  maxColumnWidth = 60,
): string {
  const cells = [header, ...rows].map((row) =>
    row.map((cell) => cut(String(cell), maxColumnWidth)),
  );
  const widths = header.map((_, column) => Math.max(...cells.map((row) => width(row[column]!))));
  const isNumber = header.map((_, column) => rows.every((row) => typeof row[column] === 'number'));
  return cells
    .map((row) =>
      row
        .map((cell, column) => {
          const padding = ' '.repeat(widths[column]! - width(cell));
          return isNumber[column] ? padding + cell : cell + padding;
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

function cut(text: string, max: number): string {
  const printable = toPrintable(text);
  if (width(printable) <= max) return printable;
  let short = '';
  for (const { segment } of graphemes.segment(printable)) {
    if (width(short + segment) >= max) break;
    short += segment;
  }
  return `${short}…`;
}

/** Control characters in tags and file names must not reach the terminal. */
export const toPrintable = (text: string): string => text.replace(/\p{Cc}/gu, ' ');
