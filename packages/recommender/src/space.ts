import { type Catalogue, embeddingOf, genresOf } from './catalogue.ts';
import { atOnce, inParts, type Lazy, lazy, type Sliced } from './slices.ts';
import { clampCosine, dot, unit } from './vectors.ts';

/**
 * Songs as points: the dot product of two rows is their similarity, in [-1, 1]. Everything that
 * compares songs works on a space, and the paper's two methods differ in nothing but their space.
 */
export interface Space {
  readonly size: number;
  readonly columns: number;
  /** size x columns, row-major. */
  readonly vectors: Float32Array;
}

/** Method 1: the embeddings themselves, so that the similarity is their cosine. No copy. */
export const embeddingSpace = ({ size, dimensions, embeddings }: Catalogue): Space => ({
  size,
  columns: dimensions,
  vectors: embeddings,
});

/**
 * Method 2: embedding and genre probabilities side by side, scaled so that the dot product is
 * `(1 - weight) * embedding cosine + weight * cosine of the genre probabilities`. The columns after
 * `catalogue.dimensions` are the labels. Takes size x (dimensions + labels) floats.
 */
export const genreSpace = (catalogue: Catalogue, weight: number): Space =>
  atOnce(makeGenreSpace(catalogue, weight));

export function* makeGenreSpace(catalogue: Catalogue, weight: number): Sliced<Space> {
  const { size, dimensions, labels } = catalogue;
  const columns = dimensions + labels.length;
  const vectors = new Float32Array(size * columns);
  const [embeddingScale, genreScale] = [Math.sqrt(1 - weight), Math.sqrt(weight)];
  yield* inParts(size, (from, to) => {
    for (let row = from; row < to; row++) {
      const embedding = embeddingOf(catalogue, row);
      const genres = genresOf(catalogue, row);
      const norm = Math.sqrt(dot(genres, genres));
      const scale = norm === 0 ? 0 : genreScale / norm;
      const start = row * columns;
      for (let i = 0; i < dimensions; i++) vectors[start + i] = embedding[i]! * embeddingScale;
      for (let i = 0; i < labels.length; i++) vectors[start + dimensions + i] = genres[i]! * scale;
    }
  });
  return { size, columns, vectors };
}

/** A song's point, a view of length `columns`. */
export const pointOf = ({ vectors, columns }: Space, row: number): Float32Array =>
  vectors.subarray(row * columns, (row + 1) * columns);

/** Some songs of a space, in the order of the rows given. A copy. */
export function subspace(space: Space, rows: readonly number[]): Space {
  const { columns } = space;
  const vectors = new Float32Array(rows.length * columns);
  rows.forEach((row, k) => vectors.set(pointOf(space, row), k * columns));
  return { size: rows.length, columns, vectors };
}

/** Similarity of two songs, in [-1, 1]. */
export const similarity = (space: Space, a: number, b: number): number =>
  clampCosine(dot(pointOf(space, a), pointOf(space, b)));

/** The unit point in the middle of some songs. @param weights one per row, not all 0. */
export function middleOf(space: Space, rows: readonly number[], weights: readonly number[]) {
  const middle = new Float32Array(space.columns);
  rows.forEach((row, k) => {
    const point = pointOf(space, row);
    for (let i = 0; i < middle.length; i++) middle[i]! += point[i]! * weights[k]!;
  });
  return unit(middle);
}

/** What is made once for a space; by its vectors, since spaces of one catalogue share them. */
export function kept<T>(make: (space: Space) => Sliced<T>): (space: Space) => Lazy<T> {
  const made = new WeakMap<Float32Array, Lazy<T>>();
  return (space) => {
    const known = made.get(space.vectors) ?? lazy(() => make(space));
    made.set(space.vectors, known);
    return known;
  };
}
