import { type Catalogue, rowsOf } from './catalogue.ts';
import { expectOption, withDefaults } from './options.ts';
import { embeddingSpace, pointOf, similarity, type Space } from './space.ts';
import { clampCosine, dot, dotRows, topRows } from './vectors.ts';

export interface PathStep {
  id: string;
  /** Cosine similarity to the song before, in [-1, 1]; absent for the first song. */
  similarity?: number;
}

/** Songs near the arc from start to end that a path may choose from. */
const poolSize = 1000;

/**
 * A path of songs from one to another in small, even steps: start, `between` songs, end; fewer when
 * the library has too few on the way.
 *
 * The songs nearest to the arc between the two are put in the order in which they lie along it; the
 * path is the way forward through them with the least sum of squared cosine distances, found exactly
 * by dynamic programming. Squares make one long jump dearer than several short ones.
 */
export function songPath(
  catalogue: Catalogue,
  fromId: string,
  toId: string,
  options: { between?: number } = {},
  space: Space = embeddingSpace(catalogue),
): PathStep[] {
  const { between } = withDefaults({ between: 8 }, options);
  expectOption(
    Number.isInteger(between) && between >= 0,
    'an integer of at least 0',
    'between',
    between,
  );
  const [from, to] = rowsOf(catalogue, [fromId, toId]) as [number, number];
  expectOption(from !== to, 'two different songs', 'the ends of a path', `"${fromId}" twice`);
  const rows = [from, ...songsAlong(space, from, to), to];
  return cheapestWay(space, rows, Math.min(between + 2, rows.length)).map((row, k, path) => ({
    id: catalogue.ids[row]!,
    ...(k > 0 && { similarity: similarity(space, path[k - 1]!, row) }),
  }));
}

/** Songs whose projection on the plane of the two ends lies between them, in order of angle. */
function songsAlong(space: Space, from: number, to: number): number[] {
  const cosine = clampCosine(dot(pointOf(space, from), pointOf(space, to)));
  const sine = Math.sqrt(1 - cosine * cosine);
  const arc = Math.acos(cosine);
  const fromScores = dotRows(space.vectors, pointOf(space, from));
  const toScores = dotRows(space.vectors, pointOf(space, to));
  const across = (row: number) =>
    sine < 1e-6 ? 0 : (toScores[row]! - cosine * fromScores[row]!) / sine;
  const angleOf = (row: number) => Math.atan2(across(row), fromScores[row]!);
  const nearness = fromScores.map((along, row) => {
    const angle = angleOf(row);
    return angle >= 0 && angle <= arc ? Math.hypot(along, across(row)) : -Infinity;
  });
  return topRows(nearness, poolSize, new Set([from, to])).sort(
    (a, b) => angleOf(a) - angleOf(b) || a - b,
  );
}

/** The cheapest way forward through `length` of the rows, from the first to the last. */
function cheapestWay(space: Space, rows: readonly number[], length: number): number[] {
  const size = rows.length;
  const costs = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = i + 1; j < size; j++) {
      costs[i * size + j] = (1 - similarity(space, rows[i]!, rows[j]!)) ** 2;
    }
  }
  let reached = new Float64Array(size).fill(Infinity);
  reached[0] = 0;
  const before: Int32Array[] = [];
  for (let step = 1; step < length; step++) {
    const next = new Float64Array(size).fill(Infinity);
    const previous = new Int32Array(size);
    for (let i = 0; i < size; i++) {
      if (reached[i] === Infinity) continue;
      for (let j = i + 1; j < size; j++) {
        const cost = reached[i]! + costs[i * size + j]!;
        if (cost < next[j]!) {
          next[j] = cost;
          previous[j] = i;
        }
      }
    }
    reached = next;
    before.push(previous);
  }
  const path = [size - 1];
  for (const previous of before.reverse()) path.push(previous[path.at(-1)!]!);
  return path.reverse().map((index) => rows[index]!);
}
