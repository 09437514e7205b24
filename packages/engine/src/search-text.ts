import { inParts, type Sliced } from '@consonance/recommender';

/** Many texts as one string: looked through without touching each, which at 100,000 takes ten times as long. */
export interface SearchText {
  /** One text a line. */
  text: string;
  /** Where each line ends. */
  ends: Uint32Array;
}

/** Of a text, in characters: of a large library, a thousandth. */
const sampleLength = 65_536;

/** @param line without a line break */
export function* makeSearchText(
  length: number,
  line: (number: number) => string,
): Sliced<SearchText> {
  const ends = new Uint32Array(length);
  const texts: string[] = [];
  let end = -1;
  yield* inParts(length, (from, to) => {
    const lines = Array.from({ length: to - from }, (_, i) => line(from + i));
    lines.forEach((each, i) => {
      end += each.length + 1;
      ends[from + i] = end;
    });
    texts.push(lines.join('\n'));
  });
  return { text: texts.join('\n'), ends };
}

/**
 * The numbers of the lines that hold every part, from 0, in order.
 *
 * @param parts at least one, none of them empty
 */
export function linesWith({ text, ends }: SearchText, parts: readonly string[]): number[] {
  const [rarest, ...others] = rarestFirst(text, parts);
  const found: number[] = [];
  let line = 0;
  for (let at = text.indexOf(rarest!); at >= 0; at = text.indexOf(rarest!, ends[line])) {
    line = lineAt(ends, at, line);
    const content = others.length > 0 ? text.slice(line && ends[line - 1], ends[line]) : '';
    if (others.every((part) => content.includes(part))) found.push(line);
  }
  return found;
}

/** As far as a piece from the middle tells. */
function rarestFirst(text: string, parts: readonly string[]): string[] {
  if (parts.length === 1) return [...parts];
  const middle = Math.floor(text.length / 2);
  const piece = text.slice(middle, middle + sampleLength);
  return parts
    .map((part) => ({ part, count: piece.split(part).length }))
    .sort((a, b) => a.count - b.count || b.part.length - a.part.length)
    .map(({ part }) => part);
}

/** The line of this position, by steps that double and then halve. @param from a line not after it */
function lineAt(ends: Uint32Array, position: number, from: number): number {
  let [low, high] = [from, from];
  for (let step = 1; ends[high]! < position; step *= 2) {
    low = high + 1;
    high = Math.min(high + step, ends.length - 1);
  }
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle]! < position) low = middle + 1;
    else high = middle;
  }
  return low;
}
