import type { Track } from '@consonance/library';
import {
  type Catalogue,
  discover,
  type Filter,
  type Recommendation,
  type Taste,
  topGenre,
} from '@consonance/recommender';
import { seededRandom } from '@consonance/statistics';
import type { Collection, Music } from './collection.ts';
import type { Consonance } from './consonance.ts';
import { hubsOf, type MethodSettings, spaceOf } from './method.ts';
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
  /** Songs that are near everything stand back. */
  correctHubs?: boolean | undefined;
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
  const { count, exploration, seed, again, known, correctHubs, ...others } = settings;
  const { method = 'cosine', genreWeight, variant, ...refinement } = others;
  const { library } = consonance;
  const collection = await analysedMusic(consonance);
  const { catalogue, tracks } = collection;
  const now = Date.now() / 1000;
  const random = seededRandom(seed);
  const comparison = { method, genreWeight, variant };
  const space = spaceOf(catalogue, comparison);
  const taste = await tasteOf(library, catalogue, listener, { now, random }, space);
  const given = again ? [] : await library.recommendations(listener);
  const { filters, rerank } = refine(catalogue, tracks, refinement);
  const isHard = method === 'genre' && variant === 'hard';
  const recommendations = discover(catalogue, taste, {
    random,
    count,
    exploration,
    includeKnown: known,
    rerank,
    recommended: given.map(({ trackId }) => trackId),
    filters: isHard ? [...filters, ofGenresLiked(catalogue, taste)] : filters,
    hubs: correctHubs ? await hubsOf(catalogue, comparison) : undefined,
  });
  // Another version of a song that was given is nothing new either.
  const ids = recommendations.flatMap(({ id, collapsed = [] }) => [id, ...collapsed]);
  await library.addRecommendations(listener, ids, now);
  return {
    recommendations,
    collection,
    interests: namedInterests(collection, taste.interests),
    aversions: namedInterests(collection, taste.aversions),
  };
}

/** Only songs whose most probable genre is that of a song that the listener likes. */
function ofGenresLiked(catalogue: Catalogue, { interests }: Taste): Filter {
  const liked = new Set(
    interests.flatMap(({ rows }) => rows.map((row) => topGenre(catalogue, row))),
  );
  return (row) => liked.has(topGenre(catalogue, row));
}

export const namedInterests = ({ tracks }: Music, interests: Taste['interests']): NamedInterest[] =>
  interests.map(({ centreRow, rows, share, strength }) => ({
    centre: tracks[centreRow]!,
    songs: rows.length,
    share,
    strength,
  }));
