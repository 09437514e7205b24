import { pointOf, type Space } from './space.ts';

/** First and second moments of the points of a space. */
export interface Moments {
  /** columns numbers. */
  mean: Float64Array;
  /** columns x columns, row-major: the mean of the outer products, not centred. */
  second: Float64Array;
}

export function momentsOf(space: Space): Moments {
  const { size, columns } = space;
  const mean = new Float64Array(columns);
  const second = new Float64Array(columns * columns);
  for (let row = 0; row < size; row++) {
    const point = pointOf(space, row);
    for (let i = 0; i < columns; i++) {
      const share = point[i]! / size;
      mean[i]! += share;
      for (let j = i; j < columns; j++) second[i * columns + j]! += share * point[j]!;
    }
  }
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j < i; j++) second[i * columns + j] = second[j * columns + i]!;
  }
  return { mean, second };
}
