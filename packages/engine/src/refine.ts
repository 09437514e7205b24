import {
  capAlbums,
  capArtists,
  type Catalogue,
  collapseVersions,
  diversify,
  embeddingSpace,
  filterDuration,
  filterGenres,
  pipeline,
  type RecommendOptions,
  type Song,
} from '@consonance/recommender';

/** Which songs may come, and how the ranking is refined. */
export interface RefineOptions {
  maxPerArtist?: number | undefined;
  maxPerAlbum?: number | undefined;
  /** 0: the ranking as it is; 1: as unlike each other as can be. */
  diversity?: number | undefined;
  genres?: string[] | undefined;
  minMinutes?: number | undefined;
  maxMinutes?: number | undefined;
  /** Versions and near-duplicates stay apart. */
  keepVersions?: boolean | undefined;
}

/**
 * From this similarity on, two songs of one duration are one recording. Measured on the demo library:
 * no pair of different songs lies above it with any embedder that ships (highest: 0.977; the duration
 * tells nothing there, as all clips last 30 s); of 77 re-encoded copies 59 with the default, all with
 * the timbre statistics and the CRNN.
 */
const sameRecording = 0.98;

/** From this probability on, a song is of a genre that is asked for. */
export const genreProbability = 0.5;

/**
 * The filters, then the steps in the order that lets each do its work: copies and versions are one
 * song before artists and albums are counted, and diversity chooses among what is left.
 *
 * @param songs one per row of the catalogue.
 */
export function refine(
  catalogue: Catalogue,
  songs: readonly Song[],
  options: RefineOptions,
): Required<Pick<RecommendOptions, 'filters' | 'rerank'>> {
  const { maxPerArtist, maxPerAlbum, diversity, genres, minMinutes, maxMinutes } = options;
  const space = embeddingSpace(catalogue);
  const filters = [
    ...(genres ? [filterGenres(catalogue, genres, genreProbability)] : []),
    ...(minMinutes !== undefined || maxMinutes !== undefined
      ? [
          filterDuration(songs, {
            minimumSeconds: 60 * (minMinutes ?? 0),
            maximumSeconds: 60 * (maxMinutes ?? Infinity),
          }),
        ]
      : []),
  ];
  const steps = [
    ...(options.keepVersions
      ? []
      : [collapseVersions(space, songs, { minimumSimilarity: sameRecording })]),
    ...(maxPerArtist === undefined ? [] : [capArtists(songs, maxPerArtist)]),
    ...(maxPerAlbum === undefined ? [] : [capAlbums(songs, maxPerAlbum)]),
    ...(diversity === undefined ? [] : [diversify(space, 1 - diversity)]),
  ];
  return { filters, rerank: pipeline(...steps) };
}
