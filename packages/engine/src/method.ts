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
  type Sliced,
  type Space,
} from '@consonance/recommender';
import { statisticsOf } from './hub-statistics.ts';

/** How songs are compared. */
export interface MethodSettings {
  method: MethodName;
  /** Share of the genres in method 2, in [0, 1]. */
  genreWeight?: number | undefined;
  /** Method 2: genres weigh in, or decide which songs may come. */
  variant?: 'soft' | 'hard' | undefined;
}

export interface RecommenderSettings extends MethodSettings {
  aggregation?: Aggregation | undefined;
}

/** Some of what is made for a catalogue holds numbers for all of it: what was used last is kept. */
const mostKept = 4;

function keeping<S, T>(
  make: (catalogue: Catalogue, settings: S) => T,
): {
  (catalogue: Catalogue, settings: S): T;
  /** Of what is kept for a catalogue, what was used last at the end. */
  settingsOf: (catalogue: Catalogue) => S[];
} {
  const known = new WeakMap<Catalogue, Map<string, T>>();
  const of = (catalogue: Catalogue, settings: S) => {
    if (!known.has(catalogue)) known.set(catalogue, new Map());
    const kept = known.get(catalogue)!;
    const key = JSON.stringify(settings);
    const made = kept.get(key) ?? make(catalogue, settings);
    kept.delete(key);
    kept.set(key, made);
    if (kept.size > mostKept) kept.delete(kept.keys().next().value!);
    // What failed is tried again.
    if (made instanceof Promise) made.catch(() => kept.delete(key));
    return made;
  };
  const settingsOf = (catalogue: Catalogue) =>
    [...(known.get(catalogue)?.keys() ?? [])].map((key) => JSON.parse(key) as S);
  return Object.assign(of, { settingsOf });
}

/** The songs as the method compares them. */
export const spaceOf = keeping(
  (catalogue, { method, variant, genreWeight = defaultGenreWeight }: MethodSettings): Space =>
    method === 'genre' && variant !== 'hard'
      ? genreSpace(catalogue, genreWeight)
      : embeddingSpace(catalogue),
);

/** How near everything each song is, as the method compares them. */
export const hubsOf = keeping((catalogue, settings: MethodSettings) =>
  statisticsOf(spaceOf(catalogue, settings)),
);

/** The recommender for these settings. */
export const recommenderOf = keeping(
  (catalogue, { method, aggregation, genreWeight, variant }: RecommenderSettings): Recommender => {
    const options = { aggregation: aggregation ?? defaultAggregation };
    if (method === 'cosine') return cosineMethod(catalogue, options);
    return genreMethod(catalogue, {
      ...options,
      weight: genreWeight ?? defaultGenreWeight,
      variant: variant ?? 'soft',
    });
  },
);

/** The two methods stand side by side. */
const renewed = 2;

/** What was used last with one catalogue is ready for the one in its place. */
export function* renewRecommenders(old: Catalogue, catalogue: Catalogue): Sliced<void> {
  if (catalogue === old) return;
  for (const settings of recommenderOf.settingsOf(old).slice(-renewed)) {
    const { prepare } = recommenderOf(catalogue, settings);
    if (prepare) yield* prepare();
  }
}

/** The same, with songs standing back that are near everything. */
export async function correctedRecommenderOf(
  catalogue: Catalogue,
  settings: RecommenderSettings,
): Promise<Recommender> {
  const { aggregation: _, ...comparison } = settings;
  return mutualProximity(recommenderOf(catalogue, settings), await hubsOf(catalogue, comparison));
}
