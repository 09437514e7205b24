import { defaultAggregation } from '@consonance/recommender';
import { type Collection, loadTracks } from './collection.ts';
import type { Consonance } from './consonance.ts';
import type { RecommendSettings } from './recommend.ts';
import { genreProbability } from './refine.ts';

/** Fewer songs are read whole: at 57 µs a song (docs/deployment.md), that takes a second at most. */
const largeLibrary = 20_000;

const candidates = 1000;
/** So many make sure that few are missing at the end of the ranking, and that caps leave enough. */
const candidatesPerSong = 20;

/**
 * The part of a large library that recommendations for these seeds are in: the songs nearest to the
 * seeds' mean, found by the database. Recommendations from it are those from the whole library, but for
 * the few songs that a search by an index misses.
 *
 * @returns undefined where the database cannot rank as the settings ask for, or the library is small
 */
export async function neighbourhood(
  { library, model }: Consonance,
  seedIds: readonly string[],
  settings: RecommendSettings,
): Promise<Collection | undefined> {
  const { method, aggregation = defaultAggregation, correctHubs, listener, count } = settings;
  const isNearness = method === 'cosine' && aggregation === 'centroid';
  if (!isNearness || correctHubs || listener !== undefined) return undefined;
  if (count * candidatesPerSong > candidates) return undefined;
  if (!(await library.hasFeatures(model.modelId, largeLibrary))) return undefined;
  const seeds = [...(await library.featuresOf(model.modelId, seedIds)).values()];
  if (seeds.length === 0) return undefined;
  const { genres, minMinutes, maxMinutes } = settings;
  const nearest = await library.nearest(
    model.modelId,
    meanOf(seeds.map(({ embedding }) => embedding)),
    {
      count: candidates,
      genres: genres && { labels: genres, minimumProbability: genreProbability },
      minimumSeconds: minMinutes === undefined ? undefined : 60 * minMinutes,
      maximumSeconds: maxMinutes === undefined ? undefined : 60 * maxMinutes,
    },
  );
  return loadTracks(library, model, [...new Set([...seedIds, ...nearest])]);
}

const meanOf = (rows: readonly Float32Array[]): Float32Array =>
  rows[0]!.map((_, column) => rows.reduce((sum, row) => sum + row[column]!, 0) / rows.length);
