import { createKernel, type KernelMemory } from './kernel.ts';
import type { Candidate, Filter } from './rerank.ts';
import { atOnce, type Sliced } from './slices.ts';
import { kept, pointOf, type Space } from './space.ts';
import { clampCosines, norm, topRows } from './vectors.ts';

/**
 * The `count` rows of highest similarity to a point among those that may come, best first; equal ones
 * in the order of the rows.
 */
export type RowSearch = (point: Float32Array, count: number, mayCome: Filter) => Candidate[];

/** Rows that are coded, or compared in full, at a time. */
const blockRows = 1024;

/**
 * Exact search in one pass over codes of 8 bits a number, a quarter of the memory: only rows whose upper
 * bound reaches the lower bounds of the best are compared in full, with the same sums as `rowScorer`.
 * Reads the space at every search; holds its codes.
 */
export const rowSearch = (space: Space): RowSearch => atOnce(makeRowSearch(space));

function* makeRowSearch(space: Space): Sliced<RowSearch> {
  const { vectors, size, columns } = space;
  const stride = 16 * Math.ceil(columns / 16);
  const room = 4 * Math.ceil(size / 4);
  const kernel = createKernel(
    room * (stride + 8) + 4 * blockRows * (columns + 1) + 2 * stride + 4 * columns + 256,
  );
  const codes = kernel.bytes(room * stride);
  const scales = kernel.floats(room);
  const radii = kernel.floats(room);
  const bounds = kernel.floats(8);
  const query = encoder(kernel, columns, stride);
  const block = kernel.floats(blockRows * columns);
  const similarities = kernel.floats(blockRows);

  for (let from = 0; from < size; from += blockRows) {
    yield;
    const rows = Math.min(blockRows, size - from);
    block.set(vectors.subarray(from * columns, (from + rows) * columns));
    kernel.quantise(
      block.byteOffset,
      rows,
      columns,
      stride,
      query.slack,
      codes.byteOffset + from * stride,
      scales.byteOffset + 4 * from,
      radii.byteOffset + 4 * from,
    );
  }

  /** Rows that may be among the best, in order. */
  const candidates = (point: Float32Array, count: number, mayCome: Filter): number[] => {
    const { scale, length } = query.encode(point);
    const next = (row: number, floor: number): number =>
      kernel.nextAbove(
        codes.byteOffset,
        stride,
        scales.byteOffset,
        radii.byteOffset,
        row,
        room,
        query.codes.byteOffset,
        scale,
        length,
        floor,
        bounds.byteOffset,
      );
    const rows: number[] = [];
    const uppers: number[] = [];
    const least = leastOfLargest(Math.min(count, size));
    let floor = -Infinity;
    for (let first = next(0, floor); first < room; first = next(first + 4, floor)) {
      for (let k = 0; k < 4 && first + k < size; k++) {
        if (bounds[4 + k]! < floor || !mayCome(first + k)) continue;
        rows.push(first + k);
        uppers.push(bounds[4 + k]!);
        floor = floorOf(least(bounds[k]!));
      }
    }
    return rows.filter((_, k) => uppers[k]! >= floor);
  };

  return (point, count, mayCome) => {
    const found = candidates(point, count, mayCome);
    query.point.set(point);
    const scores = new Float32Array(found.length);
    for (let from = 0; from < found.length; from += blockRows) {
      const part = found.slice(from, from + blockRows);
      part.forEach((row, k) => block.set(pointOf(space, row), k * columns));
      kernel.dotRows(
        block.byteOffset,
        part.length,
        columns,
        query.point.byteOffset,
        similarities.byteOffset,
      );
      scores.set(similarities.subarray(0, part.length), from);
    }
    clampCosines(scores);
    return topRows(scores, count, new Set()).map((k) => ({ row: found[k]!, score: scores[k]! }));
  };
}

export const rowSearchOf = kept(makeRowSearch);

/**
 * What the best reach at least, by a lower bound of it. Similarities beyond 1 and -1, by rounding, are equal
 * to these in the end, so that no bound may tell them apart.
 */
const floorOf = (bound: number): number => (bound <= -1 ? -Infinity : Math.min(bound, 1));

/** Takes numbers, and tells the least of the `count` largest so far; -Infinity while there are fewer. */
function leastOfLargest(count: number): (value: number) => number {
  // A heap: no number is above those at twice its place plus 1 and plus 2.
  const heap = new Float32Array(count).fill(-Infinity);
  return (value) => {
    if (!(value > heap[0]!)) return heap[0]!;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (heap[child + 1]! < heap[child]!) child++;
      if (!(heap[child]! < value)) break;
      heap[place] = heap[child]!;
      place = child;
    }
    heap[place] = value;
    return heap[0]!;
  };
}

/** Where a query lies in the kernel's memory: as it is, and in 16 bits a number or less. */
function encoder(kernel: KernelMemory, columns: number, stride: number) {
  const codes = kernel.shorts(stride);
  const point = kernel.floats(columns);
  // The sum of all products has 31 bits.
  const largestCode = Math.min(32_767, Math.floor((2 ** 31 - 1) / (127 * stride)));
  // The code is off by up to half a unit a number; rounding by the last of 24 bits an operation.
  const slack = Math.sqrt(columns) / (2 * largestCode) + (columns + 32) / 2 ** 24;
  return {
    codes,
    point,
    slack,
    /** @returns the unit of the codes and the length of the query, a hair more so that it is never 0. */
    encode(query: Float32Array): { scale: number; length: number } {
      const largest = query.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
      const scale = Math.fround(largest / largestCode);
      // A shorter query is 0 next to the hair.
      if (scale > 1e-30) query.forEach((x, i) => (codes[i] = Math.round(x / scale)));
      else codes.fill(0);
      return { scale, length: norm(query) + 1e-9 };
    },
  };
}
