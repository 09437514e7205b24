import {
  type Aggregation,
  type Catalogue,
  cosineMethod,
  defaultAggregation,
  embeddingSpace,
  genreMethod,
  genreSpace,
  genreWeight as defaultGenreWeight,
  type MethodName,
  mutualProximity,
  type Recommender,
  similarityStatistics,
  type Space,
} from '@consonance/recommender';

/** How songs are compared. */
export interface MethodSettings {
  method: MethodName;
  /** Share of the genres in method 2, in [0, 1]. */
  genreWeight?: number | undefined;
}

export interface RecommenderSettings extends MethodSettings {
  aggregation?: Aggregation | undefined;
  /** Method 2: genres weigh in, or decide which songs may come. */
  variant?: 'soft' | 'hard' | undefined;
  /** Songs that are near everything stand back. */
  correctHubs?: boolean | undefined;
}

/** The songs as the method compares them. */
export const spaceOf = (
  catalogue: Catalogue,
  { method, genreWeight = defaultGenreWeight }: MethodSettings,
): Space => (method === 'genre' ? genreSpace(catalogue, genreWeight) : embeddingSpace(catalogue));

/** Some recommenders hold numbers for the whole catalogue: the ones used last are kept. */
const keptRecommenders = 4;
const recommenders = new WeakMap<Catalogue, Map<string, Recommender>>();

/** The recommender for these settings. */
export function recommenderOf(catalogue: Catalogue, settings: RecommenderSettings): Recommender {
  const { method, aggregation, genreWeight, variant, correctHubs } = settings;
  if (!recommenders.has(catalogue)) recommenders.set(catalogue, new Map());
  const kept = recommenders.get(catalogue)!;
  const key = [method, aggregation, genreWeight, variant, correctHubs].join();
  const recommender = kept.get(key) ?? createRecommender(catalogue, settings);
  kept.delete(key);
  kept.set(key, recommender);
  if (kept.size > keptRecommenders) kept.delete(kept.keys().next().value!);
  return recommender;
}

function createRecommender(catalogue: Catalogue, settings: RecommenderSettings): Recommender {
  const {
    method,
    aggregation = defaultAggregation,
    genreWeight: weight = defaultGenreWeight,
    variant = 'soft',
    correctHubs = false,
  } = settings;
  const recommender =
    method === 'cosine'
      ? cosineMethod(catalogue, { aggregation })
      : genreMethod(catalogue, { aggregation, weight, variant });
  if (!correctHubs) return recommender;
  const space = variant === 'hard' ? embeddingSpace(catalogue) : spaceOf(catalogue, settings);
  return mutualProximity(recommender, similarityStatistics(space));
}
