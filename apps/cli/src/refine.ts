/** The options that say which songs may come and how the ranking is refined. */
import { type Command, InvalidArgumentError } from 'commander';
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
import { minutes, positiveInteger, share } from './numbers.ts';

export interface RefineOptions {
  maxPerArtist?: number;
  maxPerAlbum?: number;
  /** 0: the ranking as it is; 1: as unlike each other as can be. */
  diversity?: number;
  genres?: string[];
  minMinutes?: number;
  maxMinutes?: number;
  /** Versions and near-duplicates stay apart. */
  keepVersions?: boolean;
}

/**
 * From this similarity on, two songs of one duration are one recording. Measured on the demo library
 * with the shipped CRNN: all 77 re-encoded copies lie above it (lowest: 0.992), and of all pairs of
 * different songs none (highest: 0.977; the duration tells nothing there, as all clips last 30 s).
 */
const sameRecording = 0.985;

/** @param maxPerArtist the default; none without it. */
export const withRefineOptions = (command: Command, maxPerArtist?: number): Command =>
  command
    .option(
      '--max-per-artist <n>',
      'at most so many songs of one artist',
      positiveInteger,
      maxPerArtist,
    )
    .option('--max-per-album <n>', 'at most so many songs of one album', positiveInteger)
    .option('--diversity <0..1>', 'how much the songs should differ from each other', share)
    .option('--genres <a,b>', 'only songs that are likely to be of one of these genres', genreList)
    .option('--min-minutes <n>', 'only songs that last at least this long', minutes)
    .option('--max-minutes <n>', 'only songs that last at most this long', minutes)
    .option('--keep-versions', 'list other versions of a song, and copies, as songs of their own');

function genreList(text: string): string[] {
  const labels = text.split(',').map((label) => label.trim());
  if (labels.includes('')) throw new InvalidArgumentError('Expected genres with commas between.');
  return labels;
}

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
    ...(genres ? [filterGenres(catalogue, genres)] : []),
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
