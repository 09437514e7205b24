import { type Track, traced } from '@consonance/library';
import {
  type MethodName,
  personalise,
  recommend,
  type Recommendation,
} from '@consonance/recommender';
import type { Consonance } from './consonance.ts';
import { EngineError } from './errors.ts';
import type { Collection } from './collection.ts';
import { correctedRecommenderOf, type RecommenderSettings, recommenderOf } from './method.ts';
import { neighbourhood } from './neighbourhood.ts';
import { refine, type RefineOptions } from './refine.ts';
import { seedsOf } from './songs.ts';
import { tasteOf } from './taste.ts';
import { withMatchingWindows } from './windows.ts';

export interface RecommendSettings extends RecommenderSettings, RefineOptions {
  count: number;
  /** Songs that are near everything stand back. */
  correctHubs?: boolean | undefined;
  /** Whose history counts too. */
  listener?: string | undefined;
}

export interface RecommendationResult {
  method: MethodName;
  seeds: Track[];
  recommendations: Recommendation[];
  /** What it was chosen from. */
  collection: Collection;
}

/**
 * The songs that a method recommends for these seeds, with reasons. A large library that is not in
 * memory is not read for it where the database finds the songs to choose from.
 *
 * @throws EngineError UNKNOWN_SONG, UNKNOWN_LISTENER; RecommenderError
 */
export function recommendFor(
  consonance: Consonance,
  seedIds: readonly string[],
  settings: RecommendSettings,
): Promise<RecommendationResult> {
  const attributes = {
    'consonance.method': settings.method,
    'consonance.seeds': seedIds.length,
    'consonance.model_id': consonance.modelId,
  };
  return traced('recommend', attributes, async (span) => {
    const result = await recommendFromSome(consonance, seedIds, settings);
    span?.setAttribute('consonance.songs', result.collection.catalogue.size);
    return result;
  });
}

async function recommendFromSome(
  consonance: Consonance,
  seedIds: readonly string[],
  settings: RecommendSettings,
): Promise<RecommendationResult> {
  if (!consonance.isInMemory) {
    const part = await neighbourhood(consonance, seedIds, settings);
    const result = part && (await recommendFrom(consonance, part, seedIds, settings));
    // Of the nearest songs, caps may leave too few.
    if (result?.recommendations.length === settings.count) return result;
  }
  return recommendFrom(consonance, await consonance.music(), seedIds, settings);
}

async function recommendFrom(
  { library, modelId }: Consonance,
  collection: Collection,
  seedIds: readonly string[],
  settings: RecommendSettings,
): Promise<RecommendationResult> {
  const { count, method, aggregation, genreWeight, variant, correctHubs, listener, ...refinement } =
    settings;
  const { catalogue, tracks } = collection;
  const seeds = seedsOf(collection, seedIds);
  const recommenderSettings = { method, aggregation, genreWeight, variant };
  const impersonal = correctHubs
    ? await correctedRecommenderOf(catalogue, recommenderSettings)
    : recommenderOf(catalogue, recommenderSettings);
  const now = Date.now() / 1000;
  const recommender =
    listener === undefined
      ? impersonal
      : personalise(catalogue, impersonal, await tasteOf(library, catalogue, listener, { now }));
  const recommendations = recommend(catalogue, recommender, seedIds, {
    count,
    ...refine(catalogue, tracks, refinement),
  });
  return {
    method,
    seeds,
    collection,
    recommendations: await withMatchingWindows(library, modelId, recommendations),
  };
}

/** @throws EngineError NOTHING_ANALYSED when there is nothing to choose from */
export async function analysedMusic(consonance: Consonance): Promise<Collection> {
  const music = await consonance.music();
  if (music.catalogue.size === 0) throw nothingAnalysed(consonance);
  return music;
}

/** @throws EngineError NOTHING_ANALYSED when there is nothing to choose from */
export async function expectAnalysed(consonance: Consonance): Promise<void> {
  const { library, modelId } = consonance;
  if (!(await library.hasFeatures(modelId, 1))) throw nothingAnalysed(consonance);
}

const nothingAnalysed = ({ modelId }: Consonance): EngineError =>
  new EngineError(
    'NOTHING_ANALYSED',
    `Expected songs analysed by model ${modelId} but the library has none. ` +
      'Add a folder of music first.',
  );
