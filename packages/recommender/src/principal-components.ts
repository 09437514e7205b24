import { PCA } from 'ml-pca';
import { momentsOf } from './moments.ts';
import type { Space } from './space.ts';
import { dot, dotRows } from './vectors.ts';

/**
 * Where the points of a space lie along the axes of its largest variances, measured from the mean:
 * `count` arrays of one number per row, zeros where there are no more axes. The largest entry of an
 * axis is positive, so that equal spaces never give mirrored pictures.
 */
export function principalComponents(space: Space, count: number): Float32Array[] {
  const { columns, vectors, size } = space;
  const { mean, second } = momentsOf(space);
  const covariance = Array.from({ length: columns }, (_, i) =>
    Array.from({ length: columns }, (_, j) => second[i * columns + j]! - mean[i]! * mean[j]!),
  );
  const axes = new PCA(covariance, { isCovarianceMatrix: true }).getEigenvectors();
  return Array.from({ length: count }, (_, k) => {
    if (k >= columns) return new Float32Array(size);
    const axis = positive(axes.getColumn(k));
    const offset = dot(axis, Float32Array.from(mean));
    return dotRows(vectors, axis).map((x) => x - offset);
  });
}

function positive(axis: readonly number[]): Float32Array {
  const largest = axis.reduce((best, x) => (Math.abs(x) > Math.abs(best) ? x : best), 0);
  return Float32Array.from(axis, (x) => (largest < 0 ? -x : x));
}
