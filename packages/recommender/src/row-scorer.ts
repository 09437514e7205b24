import { createKernel } from './kernel.ts';
import { kept, type Space } from './space.ts';

/**
 * The dot products of all rows of a space with one query after another, in a third of the time that
 * `dotRows` takes; the result is overwritten by the next call. Holds a copy of the space.
 */
export function rowScorer({
  vectors,
  size,
  columns,
}: Space): (query: Float32Array) => Float32Array {
  const room = 4 * Math.ceil(size / 4);
  const kernel = createKernel(4 * (room * columns + columns + room + 16));
  const matrix = kernel.floats(room * columns);
  const point = kernel.floats(columns);
  const out = kernel.floats(room);
  matrix.set(vectors);
  return (query) => {
    point.set(query);
    kernel.dotRows(matrix.byteOffset, size, columns, point.byteOffset, out.byteOffset);
    return out.subarray(0, size);
  };
}

export const rowScorerOf = kept(function* (space) {
  return rowScorer(space);
});
