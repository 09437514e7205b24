import { type Aggregation, seedParts } from './aggregation.ts';
import { type Catalogue, embeddingOf, genresOf } from './catalogue.ts';
import type { Profile } from './recommender.ts';
import { pointOf, type Space } from './space.ts';
import { clampCosine, dot, weightedMean } from './vectors.ts';

/** Why a song was recommended. Every number is one that the score was made of. */
export type Reason =
  | {
      kind: 'nearest-seed';
      /** Id of the seed with the highest cosine similarity to the song. */
      seedId: string;
      /** That similarity, in [-1, 1]. */
      similarity: number;
    }
  | {
      kind: 'shared-genre';
      label: string;
      /** Probability of the genre for the song, in [0, 1]. */
      probability: number;
      /** Mean probability of the genre over the seeds, in [0, 1]. */
      seedProbability: number;
    }
  | {
      kind: 'seed-parts';
      /** What each seed gave to the score, the most first; these add up to the score. */
      parts: { seedId: string; part: number }[];
    }
  | {
      kind: 'genre-parts';
      /** What the sound gave; this and the parts add up to the score. */
      embeddingPart: number;
      /** What each genre gave, the most first. */
      parts: { label: string; part: number }[];
    }
  | {
      kind: 'matching-windows';
      seedId: string;
      /** Where the window that matches best starts in the recommended song, in seconds. */
      startSeconds: number;
      /** Where it starts in the seed. */
      seedStartSeconds: number;
      /** Cosine similarity of the two windows, in [-1, 1]. */
      similarity: number;
    }
  | {
      kind: 'history';
      /** The song at the centre of the listener's interest that suits the song best. */
      interestId: string;
      /** Share of that interest in what the listener likes, in [0, 1]. */
      interestShare: number;
      /** What the similarity to the interest gave to the score. */
      part: number;
      /** What the similarity to songs the listener dislikes took away, 0 or less. */
      dislikePart: number;
    }
  | {
      kind: 'exploration';
      /** Position of the song when all are ranked by the listener's history, from 1. */
      rank: number;
    }
  | {
      kind: 'hubness';
      /** What the correction for songs that are near everything added to the score. */
      part: number;
    };

/** A genre counts as shared when the song and the seeds both hold it at least this probable. */
export const sharedGenreThreshold = 0.3;

/** The seed whose sound is nearest. */
export function nearestSeed(catalogue: Catalogue, row: number, seeds: readonly number[]) {
  const song = embeddingOf(catalogue, row);
  const similarities = seeds.map((seed) => clampCosine(dot(song, embeddingOf(catalogue, seed))));
  const nearest = similarities.indexOf(Math.max(...similarities));
  return {
    kind: 'nearest-seed',
    seedId: catalogue.ids[seeds[nearest]!]!,
    similarity: similarities[nearest]!,
  } as const satisfies Reason;
}

/** The genres that the song and the seeds share, the strongest first. */
export function sharedGenres(
  catalogue: Catalogue,
  row: number,
  seeds: readonly number[],
): Reason[] {
  const profile = weightedMean(seeds.map((seed) => genresOf(catalogue, seed)));
  const genres = genresOf(catalogue, row);
  return catalogue.labels
    .map((label, i) => ({
      kind: 'shared-genre' as const,
      label,
      probability: genres[i]!,
      seedProbability: profile[i]!,
    }))
    .filter(
      (reason) => Math.min(reason.probability, reason.seedProbability) >= sharedGenreThreshold,
    )
    .sort((a, b) => b.probability * b.seedProbability - a.probability * a.seedProbability);
}

const mostFirst = <T extends { part: number }>(parts: T[]): T[] =>
  parts.sort((a, b) => b.part - a.part);

/** What each seed gave to the score of a song. */
export function seedPartsReason(
  catalogue: Catalogue,
  space: Space,
  profile: Profile,
  aggregation: Aggregation,
  row: number,
): Reason {
  const parts = seedParts(space, profile, aggregation, row);
  return {
    kind: 'seed-parts',
    parts: mostFirst(
      parts.map(({ seed, share, similarity }) => ({
        seedId: catalogue.ids[seed]!,
        part: share * similarity,
      })),
    ),
  };
}

/** What the sound and each genre gave to the score; nothing where genres play no part. */
export function genreParts(
  catalogue: Catalogue,
  space: Space,
  profile: Profile,
  aggregation: Aggregation,
  row: number,
): Reason[] {
  const { dimensions, labels } = catalogue;
  if (space.columns === dimensions) return [];
  const song = pointOf(space, row);
  const products = new Float64Array(space.columns);
  for (const { seed, share } of seedParts(space, profile, aggregation, row)) {
    const point = pointOf(space, seed);
    for (let i = 0; i < products.length; i++) products[i]! += share * song[i]! * point[i]!;
  }
  return [
    {
      kind: 'genre-parts',
      embeddingPart: products.subarray(0, dimensions).reduce((sum, part) => sum + part, 0),
      parts: mostFirst(labels.map((label, i) => ({ label, part: products[dimensions + i]! }))),
    },
  ];
}

/** A stretch of a song with its own embedding. */
export interface SongWindow {
  /** Seconds from the start of the song. */
  startSeconds: number;
  /** Of any length but zero. */
  embedding: Float32Array;
}

/** The pair of windows of a song and a seed that match best; nothing when either has none. */
export function matchingWindows(
  seedId: string,
  windows: readonly SongWindow[],
  seedWindows: readonly SongWindow[],
): Reason[] {
  const pairs = windows.flatMap((window) =>
    seedWindows.map((seedWindow) => ({
      kind: 'matching-windows' as const,
      seedId,
      startSeconds: window.startSeconds,
      seedStartSeconds: seedWindow.startSeconds,
      similarity: cosine(window.embedding, seedWindow.embedding),
    })),
  );
  return pairs.sort((a, b) => b.similarity - a.similarity).slice(0, 1);
}

const cosine = (a: Float32Array, b: Float32Array): number =>
  clampCosine(dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)));

/** A reason as a sentence. @param nameOf gives the words for a song id, such as "Artist - Title". */
export function describeReason(reason: Reason, nameOf: (id: string) => string): string {
  switch (reason.kind) {
    case 'nearest-seed':
      return `sounds like ${nameOf(reason.seedId)} (similarity ${reason.similarity.toFixed(2)})`;
    case 'shared-genre':
      return `shares ${reason.label} (${percent(reason.probability)}, seeds ${percent(reason.seedProbability)})`;
    case 'seed-parts':
      return `score made of ${listParts(reason.parts.map(({ seedId, part }) => [nameOf(seedId), part]))}`;
    case 'genre-parts':
      return `score made of ${listParts([['sound', reason.embeddingPart], ...reason.parts.map(({ label, part }): [string, number] => [label, part])])}`;
    case 'matching-windows':
      return `at ${clock(reason.startSeconds)} like ${nameOf(reason.seedId)} at ${clock(reason.seedStartSeconds)} (similarity ${reason.similarity.toFixed(2)})`;
    case 'history':
      return `suits your liking for ${nameOf(reason.interestId)} (${percent(reason.interestShare)} of your taste, ${signed(reason.part)})${reason.dislikePart < 0 ? `, near what you dislike (${signed(reason.dislikePart)})` : ''}`;
    case 'exploration':
      return `something farther off, ${ordinal(reason.rank)} by your history`;
    case 'hubness':
      return `corrected for being near everything (${signed(reason.part)})`;
  }
}

/** More parts than this are summed up as one. */
const listedParts = 5;

function listParts(parts: readonly [name: string, part: number][]): string {
  const listed = parts.slice(0, listedParts).map(([name, part]) => `${name} ${signed(part)}`);
  const rest = parts.slice(listedParts);
  if (rest.length > 0) {
    listed.push(`${rest.length} more ${signed(rest.reduce((sum, [, part]) => sum + part, 0))}`);
  }
  return listed.join(', ');
}

const percent = (probability: number): string => `${Math.round(probability * 100)} %`;
const signed = (part: number): string => `${part < 0 ? '-' : '+'}${Math.abs(part).toFixed(2)}`;
const ordinal = (rank: number): string => `number ${rank}`;

/** Minutes and seconds. */
function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
