import type { Catalogue } from './catalogue.ts';
import { momentsOf } from './moments.ts';
import { embeddingSpace, type Space } from './space.ts';
import { dot, dotRows, unit } from './vectors.ts';

export interface MapPoint {
  id: string;
  x: number;
  y: number;
}

/**
 * A 2-D map of the library: principal component analysis, so that the two axes keep as much of the
 * distances as a flat picture can. Deterministic, and new songs can be added without moving old
 * ones; it spreads neighbourhoods less than UMAP does.
 */
export function libraryMap(
  catalogue: Catalogue,
  space: Space = embeddingSpace(catalogue),
): MapPoint[] {
  const { columns, vectors } = space;
  const { mean, second } = momentsOf(space);
  const covariance = second.map(
    (value, k) => value - mean[Math.floor(k / columns)]! * mean[k % columns]!,
  );
  const coordinates = principalAxes(covariance, columns, 2).map((axis) => {
    const offset = dot(axis, Float32Array.from(mean));
    return dotRows(vectors, axis).map((x) => x - offset);
  });
  const [x, y] = coordinates as [Float32Array, Float32Array];
  return catalogue.ids.map((id, row) => ({ id, x: x[row]!, y: y[row]! }));
}

const maximumIterations = 1000;

/** Eigenvectors of the largest eigenvalues by power iteration; the largest entry is positive. */
function principalAxes(matrix: Float64Array, columns: number, count: number): Float32Array[] {
  const axes: Float32Array[] = [];
  const times = (vector: Float32Array): Float32Array =>
    vector.map((_, i) => {
      let total = 0;
      for (let j = 0; j < columns; j++) total += matrix[i * columns + j]! * vector[j]!;
      return total;
    });
  for (let k = 0; k < Math.min(count, columns); k++) {
    // Any start that is not orthogonal to the axis does; this one favours no direction much.
    let axis = unit(Float32Array.from({ length: columns }, (_, i) => 1 + Math.sin(i + k)));
    for (let iteration = 0; iteration < maximumIterations; iteration++) {
      const next = unit(axes.reduce(withoutPart, times(axis)));
      const change = 1 - dot(next, axis);
      axis = next;
      if (change < 1e-12) break;
    }
    const largest = axis.reduce((best, x) => (Math.abs(x) > Math.abs(best) ? x : best), 0);
    axes.push(largest < 0 ? axis.map((x) => -x) : axis);
  }
  while (axes.length < count) axes.push(new Float32Array(columns));
  return axes;
}

/** The vector without what lies along the axis. */
function withoutPart(vector: Float32Array, axis: Float32Array): Float32Array {
  const along = dot(vector, axis);
  return vector.map((x, i) => x - along * axis[i]!);
}
