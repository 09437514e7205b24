import {
  aggregate,
  type Aggregation,
  aggregations,
  bestOfAggregate,
  defaultAggregation,
} from './aggregation.ts';
import { type Catalogue, topGenre } from './catalogue.ts';
import { expectOption, expectShare, withDefaults } from './options.ts';
import { genreParts, nearestSeed, seedPartsReason, sharedGenres } from './reasons.ts';
import type { Profile, Recommender } from './recommender.ts';
import { rowSearchOf } from './row-search.ts';
import { inParts, type Lazy, lazy } from './slices.ts';
import { embeddingSpace, makeGenreSpace, type Space } from './space.ts';

export interface CosineOptions {
  /** How the similarities to many seeds become one score. */
  aggregation?: Aggregation;
}

export interface GenreOptions extends CosineOptions {
  /**
   * `soft`: embedding and genre similarity weighed against each other. `hard`: method 1 among the
   * songs whose most probable genre is that of a seed; a library with few of these gives fewer songs.
   */
  variant?: 'soft' | 'hard';
  /** Share of the genre similarity in the soft variant, in [0, 1]. */
  weight?: number;
}

/**
 * Share of the genre similarity in method 2 unless another is given: the best of 0, 0.1 ... 1 on the
 * shipped model's validation clips (docs/evaluation.md).
 */
export const genreWeight = 0.4;

/** Method 1: the embeddings' cosine similarity to the seeds, in [-1, 1]. */
export function cosineMethod(catalogue: Catalogue, options: CosineOptions = {}): Recommender {
  const { aggregation } = withDefaults({ aggregation: defaultAggregation }, options);
  return similarityMethod('cosine', catalogue, lazyEmbeddingSpace(catalogue), aggregation);
}

/**
 * Method 2. Soft: `(1 - weight) * embedding cosine + weight * cosine of the genre probabilities` to
 * the seeds, in [-1, 1]. Hard: method 1, restricted to the seeds' genres.
 */
export function genreMethod(catalogue: Catalogue, options: GenreOptions = {}): Recommender {
  const { aggregation, variant, weight } = withDefaults<Required<GenreOptions>>(
    { aggregation: defaultAggregation, variant: 'soft', weight: genreWeight },
    options,
  );
  expectOption(variant === 'soft' || variant === 'hard', 'soft or hard', 'variant', variant);
  expectShare('weight', weight);
  if (variant === 'soft') {
    const space = lazy(() => makeGenreSpace(catalogue, weight));
    return similarityMethod('genre', catalogue, space, aggregation);
  }
  const cosine = similarityMethod('genre', catalogue, lazyEmbeddingSpace(catalogue), aggregation);
  const genres = lazy(function* () {
    const genreOf: string[] = [];
    yield* inParts(catalogue.size, (from, to) => {
      for (let row = from; row < to; row++) genreOf.push(topGenre(catalogue, row));
    });
    return genreOf;
  });
  const isWanted = ({ rows }: Profile) => {
    const genreOf = genres();
    const wanted = new Set(rows.map((row) => genreOf[row]!));
    return (row: number) => wanted.has(genreOf[row]!);
  };
  const { best, prepare } = cosine;
  return {
    ...cosine,
    score(profile) {
      const scores = cosine.score(profile);
      const wanted = isWanted(profile);
      return scores.map((score, row) => (wanted(row) ? score : -Infinity));
    },
    ...(best && {
      best(profile, count, mayCome) {
        const wanted = isWanted(profile);
        return best(profile, count, (row) => wanted(row) && mayCome(row));
      },
    }),
    ...(prepare && {
      *prepare() {
        yield* genres.inParts();
        yield* prepare();
      },
    }),
  };
}

const lazyEmbeddingSpace = (catalogue: Catalogue) =>
  lazy(function* () {
    return embeddingSpace(catalogue);
  });

function similarityMethod(
  name: string,
  catalogue: Catalogue,
  space: Lazy<Space>,
  aggregation: Aggregation,
): Recommender {
  expectOption(
    aggregations.includes(aggregation),
    `one of ${aggregations.join(', ')}`,
    'aggregation',
    aggregation,
  );
  return {
    name,
    size: catalogue.size,
    score: (profile) => aggregate(space(), profile, aggregation),
    ...(aggregation !== 'agreement' && {
      best: (profile, count, mayCome) =>
        bestOfAggregate(space(), profile, aggregation, count, mayCome),
      *prepare() {
        yield* rowSearchOf(yield* space.inParts()).inParts();
      },
    }),
    explain: (profile, row) => [
      nearestSeed(catalogue, row, profile.rows),
      ...sharedGenres(catalogue, row, profile.rows),
      seedPartsReason(catalogue, space(), profile, aggregation, row),
      ...genreParts(catalogue, space(), profile, aggregation, row),
    ],
  };
}

/** The paper's two methods by name, method 1 first. */
export const methods = { cosine: cosineMethod, genre: genreMethod } as const;
export type MethodName = keyof typeof methods;
