import type { Track } from '@consonance/library';
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
 * The songs that a method recommends for these seeds, with reasons.
 *
 * @throws EngineError UNKNOWN_SONG, UNKNOWN_LISTENER; RecommenderError
 */
export async function recommendFor(
  consonance: Consonance,
  seedIds: readonly string[],
  settings: RecommendSettings,
): Promise<RecommendationResult> {
  const { library, modelId } = consonance;
  const { count, method, aggregation, genreWeight, variant, correctHubs, listener, ...refinement } =
    settings;
  const collection = await consonance.music();
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
    ...{ method, seeds, collection },
    recommendations: await withMatchingWindows(library, modelId, recommendations),
  };
}

/** @throws EngineError NOTHING_ANALYSED when there is nothing to choose from */
export async function analysedMusic(consonance: Consonance): Promise<Collection> {
  const music = await consonance.music();
  if (music.catalogue.size > 0) return music;
  throw new EngineError(
    'NOTHING_ANALYSED',
    `Expected songs analysed by model ${consonance.modelId} but the library has none. ` +
      'Add a folder of music first.',
  );
}
