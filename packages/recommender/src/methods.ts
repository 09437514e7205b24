import { type Catalogue, embeddingOf, genresOf } from './catalogue.ts';
import { clampCosine, cosine, dotRows, meanVector } from './vectors.ts';

/** A recommendation method: seeds in, one score per song of the catalogue out. */
export interface Method {
  readonly name: string;
  /** Scores of all rows against the seed rows, each in [-1, 1], higher is better. */
  score(catalogue: Catalogue, seeds: readonly number[]): Float32Array;
}

/**
 * Method 1: the mean of the cosine similarities between a song and the seeds.
 * With unit embeddings that mean is one dot product with the mean of the seeds' embeddings.
 */
export const cosineMethod: Method = {
  name: 'cosine',
  score: (catalogue, seeds) =>
    dotRows(catalogue.embeddings, meanVector(seeds.map((row) => embeddingOf(catalogue, row)))).map(
      clampCosine,
    ),
};

/** Share of the genre similarity in method 2. */
export const genreWeight = 0.5;

/**
 * Method 2: `(1 - genreWeight) * method 1 + genreWeight * genre similarity`, where the genre
 * similarity is the cosine between a song's genre probabilities and the mean of the seeds'.
 */
export const genreMethod: Method = {
  name: 'genre',
  score(catalogue, seeds) {
    const scores = cosineMethod.score(catalogue, seeds);
    const profile = seedProfile(catalogue, seeds);
    return scores.map(
      (score, row) =>
        (1 - genreWeight) * score + genreWeight * cosine(genresOf(catalogue, row), profile),
    );
  },
};

/** Mean genre probabilities of the seeds, one number per label. */
export const seedProfile = (catalogue: Catalogue, seeds: readonly number[]): Float32Array =>
  meanVector(seeds.map((row) => genresOf(catalogue, row)));

/** The methods by name, in the order of the paper: method 1, method 2. */
export const methods = { cosine: cosineMethod, genre: genreMethod } as const;
export type MethodName = keyof typeof methods;
