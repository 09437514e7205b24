import { type Catalogue, embeddingOf, genresOf } from './catalogue.ts';
import type { Profile, Recommender } from './recommender.ts';
import { clampCosine, cosine, dotRows, weightedMean } from './vectors.ts';

/**
 * Method 1: the (weighted) mean of the cosine similarities between a song and the seeds, in [-1, 1].
 * With unit embeddings that mean is one dot product with the mean of the seeds' embeddings.
 */
export function cosineMethod(catalogue: Catalogue): Recommender {
  return {
    name: 'cosine',
    size: catalogue.size,
    score: ({ rows, weights }) =>
      dotRows(
        catalogue.embeddings,
        weightedMean(
          rows.map((row) => embeddingOf(catalogue, row)),
          weights,
        ),
      ).map(clampCosine),
  };
}

/** Share of the genre similarity in method 2. */
export const genreWeight = 0.5;

/**
 * Method 2: `(1 - genreWeight) * method 1 + genreWeight * genre similarity`, in [-1, 1]. The genre
 * similarity is the cosine between a song's genre probabilities and the mean of the seeds'.
 */
export function genreMethod(catalogue: Catalogue): Recommender {
  const method1 = cosineMethod(catalogue);
  return {
    name: 'genre',
    size: catalogue.size,
    score(profile) {
      const seeds = seedGenres(catalogue, profile);
      return method1
        .score(profile)
        .map(
          (score, row) =>
            (1 - genreWeight) * score + genreWeight * cosine(genresOf(catalogue, row), seeds),
        );
    },
  };
}

/** (Weighted) mean genre probabilities of the seeds, one number per label. */
export const seedGenres = (catalogue: Catalogue, { rows, weights }: Profile): Float32Array =>
  weightedMean(
    rows.map((row) => genresOf(catalogue, row)),
    weights,
  );

/** The paper's two methods by name, method 1 first. */
export const methods = { cosine: cosineMethod, genre: genreMethod } as const;
export type MethodName = keyof typeof methods;
