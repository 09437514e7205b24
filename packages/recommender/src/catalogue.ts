import { RecommenderError } from './errors.ts';
import { inParts, type Sliced } from './slices.ts';
import { dot } from './vectors.ts';

/** What a library hands over: n songs, all embedded by one model. */
export interface CatalogueInput {
  /** n song ids, unique. */
  ids: readonly string[];
  /** n x dimensions, row-major. Rows need not have unit length; a zero row is an error. */
  embeddings: Float32Array;
  /** Length of one embedding. */
  dimensions: number;
  /** Genre labels, the columns of `genres`. */
  labels: readonly string[];
  /** n x labels, row-major, probabilities in [0, 1]. */
  genres: Float32Array;
}

/** A validated catalogue: rows of `embeddings` have unit length, so a dot product is a cosine. */
export interface Catalogue extends Readonly<CatalogueInput> {
  readonly size: number;
  readonly rowOf: ReadonlyMap<string, number>;
}

/**
 * Validates and normalises a catalogue once, so that every later score is a plain dot product.
 *
 * @throws RecommenderError BAD_CATALOGUE naming the song whose embedding or genres are not finite,
 * the repeated id, or the array whose length does not fit.
 */
export function createCatalogue(input: CatalogueInput): Catalogue {
  const { ids, dimensions, labels } = input;
  expectLength('embeddings', input.embeddings.length, ids.length * dimensions);
  expectLength('genres', input.genres.length, ids.length * labels.length);
  const rowOf = new Map(ids.map((id, row) => [id, row]));
  if (rowOf.size !== ids.length) {
    const repeated = ids.find((id, row) => rowOf.get(id) !== row);
    throw new RecommenderError(
      'BAD_CATALOGUE',
      `Expected unique song ids but received "${repeated}" twice.`,
    );
  }
  const embeddings = input.embeddings.slice();
  for (let row = 0; row < ids.length; row++) {
    const vector = embeddings.subarray(row * dimensions, (row + 1) * dimensions);
    const norm = Math.sqrt(dot(vector, vector));
    if (!(norm > 0 && Number.isFinite(norm))) {
      throw new RecommenderError(
        'BAD_CATALOGUE',
        `Expected a finite, non-zero embedding for song "${ids[row]}" but its norm is ${norm}.`,
      );
    }
    for (let i = 0; i < dimensions; i++) vector[i]! /= norm;
  }
  const badGenre = input.genres.findIndex((p) => !(p >= 0 && p <= 1));
  if (badGenre >= 0) {
    throw new RecommenderError(
      'BAD_CATALOGUE',
      `Expected genre probabilities in [0, 1] for song "${ids[Math.floor(badGenre / labels.length)]}" but received ${input.genres[badGenre]}.`,
    );
  }
  return { ids, embeddings, dimensions, labels, genres: input.genres, size: ids.length, rowOf };
}

/** Rows of a catalogue in a row. */
interface Run {
  source: Catalogue;
  first: number;
  count: number;
}

/**
 * A catalogue without the songs that changed, and with others of the same model in their places: what did not change
 * is not looked at again.
 *
 * @param old with its ids in order, as are those of `added`
 * @param changed all ids of `added`, and those of songs that are gone
 */
export function* replaceSongs(
  old: Catalogue,
  changed: ReadonlySet<string>,
  added: Catalogue,
): Sliced<Catalogue> {
  const { dimensions, labels } = old;
  const ids: string[] = [];
  const runs: Run[] = [];
  const take = (source: Catalogue, row: number) => {
    const last = runs.at(-1);
    if (last?.source === source && last.first + last.count === row) last.count++;
    else runs.push({ source, first: row, count: 1 });
    ids.push(source.ids[row]!);
  };
  let next = 0;
  yield* inParts(old.size, (from, to) => {
    for (let row = from; row < to; row++) {
      const id = old.ids[row]!;
      while (next < added.size && added.ids[next]! < id) take(added, next++);
      if (!changed.has(id)) take(old, row);
    }
  });
  while (next < added.size) take(added, next++);

  const embeddings = new Float32Array(ids.length * dimensions);
  const genres = new Float32Array(ids.length * labels.length);
  let place = 0;
  for (const { source, first, count } of runs) {
    yield* inParts(count, (from, to) => {
      const copy = (columns: number, numbers: Float32Array, target: Float32Array) =>
        target.set(
          numbers.subarray((first + from) * columns, (first + to) * columns),
          place * columns,
        );
      copy(dimensions, source.embeddings, embeddings);
      copy(labels.length, source.genres, genres);
      place += to - from;
    });
  }

  const rowOf = new Map<string, number>();
  yield* inParts(ids.length, (from, to) => {
    for (let row = from; row < to; row++) rowOf.set(ids[row]!, row);
  });
  return { ids, embeddings, dimensions, labels, genres, size: ids.length, rowOf };
}

function expectLength(name: string, received: number, expected: number): void {
  if (received !== expected) {
    throw new RecommenderError(
      'BAD_CATALOGUE',
      `Expected ${expected} numbers in ${name} but received ${received}.`,
    );
  }
}

/** Rows of the given ids. @throws RecommenderError UNKNOWN_SONG naming the first id that is not there. */
export function rowsOf(catalogue: Catalogue, ids: readonly string[]): number[] {
  return ids.map((id) => {
    const row = catalogue.rowOf.get(id);
    if (row === undefined) {
      throw new RecommenderError(
        'UNKNOWN_SONG',
        `Expected a song of the library but received id "${id}".`,
      );
    }
    return row;
  });
}

/** Embedding of a row, a view of length `dimensions`. */
export const embeddingOf = ({ embeddings, dimensions }: Catalogue, row: number): Float32Array =>
  embeddings.subarray(row * dimensions, (row + 1) * dimensions);

/** Genre probabilities of a row, a view of one number per label. */
export const genresOf = ({ genres, labels }: Catalogue, row: number): Float32Array =>
  genres.subarray(row * labels.length, (row + 1) * labels.length);

/** The genres of a row as label -> probability. */
export const genreProfile = (catalogue: Catalogue, row: number): Record<string, number> =>
  Object.fromEntries(catalogue.labels.map((label, i) => [label, genresOf(catalogue, row)[i]!]));

/** The most probable genre of a row. */
export function topGenre(catalogue: Catalogue, row: number): string {
  const genres = genresOf(catalogue, row);
  let best = 0;
  for (let i = 1; i < genres.length; i++) if (genres[i]! > genres[best]!) best = i;
  return catalogue.labels[best]!;
}
