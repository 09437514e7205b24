import type { Track } from '@consonance/library';
import { discover, type Recommendation, type Taste } from '@consonance/recommender';
import { seededRandom } from '@consonance/statistics';
import type { Collection, Music } from './collection.ts';
import type { Consonance } from './consonance.ts';
import { type MethodSettings, spaceOf } from './method.ts';
import { analysedMusic } from './recommend.ts';
import { refine, type RefineOptions } from './refine.ts';
import { tasteOf } from './taste.ts';

export interface DiscoverSettings extends Partial<MethodSettings>, RefineOptions {
  count: number;
  /** Share of songs that lie farther off, in [0, 1]. */
  exploration: number;
  /** Of what chance decides. */
  seed: number;
  /** Songs that were given before may come again. */
  again: boolean;
  /** Songs of the history may come too, but for disliked ones. */
  known: boolean;
}

export interface Discoveries {
  recommendations: Recommendation[];
  interests: NamedInterest[];
  aversions: NamedInterest[];
  /** What they were chosen from. */
  collection: Collection;
}

/** A part of a taste, named by the song at its centre. */
export interface NamedInterest {
  centre: Track;
  songs: number;
  share: number;
  strength: number;
}

/**
 * Songs that suit a listener's history; they are remembered, so that the next call gives others.
 *
 * @throws EngineError NOTHING_ANALYSED, UNKNOWN_LISTENER; RecommenderError
 */
export async function discoverFor(
  consonance: Consonance,
  listener: string,
  settings: DiscoverSettings,
): Promise<Discoveries> {
  const { count, exploration, seed, again, known, ...others } = settings;
  const { method = 'cosine', genreWeight, ...refinement } = others;
  const { library } = consonance;
  const collection = await analysedMusic(consonance);
  const { catalogue, tracks } = collection;
  const now = Date.now() / 1000;
  const random = seededRandom(seed);
  const space = spaceOf(catalogue, { method, genreWeight });
  const taste = await tasteOf(library, catalogue, listener, { now, random }, space);
  const given = again ? [] : await library.recommendations(listener);
  const recommendations = discover(catalogue, taste, {
    ...{ random, count, exploration, includeKnown: known },
    recommended: given.map(({ trackId }) => trackId),
    ...refine(catalogue, tracks, refinement),
  });
  // Another version of a song that was given is nothing new either.
  const ids = recommendations.flatMap(({ id, collapsed = [] }) => [id, ...collapsed]);
  await library.addRecommendations(listener, ids, now);
  return {
    ...{ recommendations, collection },
    interests: namedInterests(collection, taste.interests),
    aversions: namedInterests(collection, taste.aversions),
  };
}

export const namedInterests = ({ tracks }: Music, interests: Taste['interests']): NamedInterest[] =>
  interests.map(({ centreRow, rows, share, strength }) => ({
    ...{ centre: tracks[centreRow]!, songs: rows.length, share, strength },
  }));
