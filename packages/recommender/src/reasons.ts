import { type Catalogue, embeddingOf, genresOf } from './catalogue.ts';
import { seedGenres } from './methods.ts';
import { clampCosine, dot } from './vectors.ts';

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
    };

/** A genre counts as shared when the song and the seeds both hold it at least this probable. */
export const sharedGenreThreshold = 0.3;

/** The nearest seed, then the shared genres, the strongest first. */
export function reasonsFor(catalogue: Catalogue, row: number, seeds: readonly number[]): Reason[] {
  const song = embeddingOf(catalogue, row);
  const similarities = seeds.map((seed) => clampCosine(dot(song, embeddingOf(catalogue, seed))));
  const nearest = similarities.indexOf(Math.max(...similarities));
  const profile = seedGenres(catalogue, { rows: seeds });
  const genres = genresOf(catalogue, row);
  const shared = catalogue.labels
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
  return [
    {
      kind: 'nearest-seed',
      seedId: catalogue.ids[seeds[nearest]!]!,
      similarity: similarities[nearest]!,
    },
    ...shared,
  ];
}

/** A reason as a sentence. @param nameOf gives the words for a song id, such as "Artist - Title". */
export function describeReason(reason: Reason, nameOf: (id: string) => string): string {
  switch (reason.kind) {
    case 'nearest-seed':
      return `sounds like ${nameOf(reason.seedId)} (similarity ${reason.similarity.toFixed(2)})`;
    case 'shared-genre':
      return `shares ${reason.label} (${percent(reason.probability)}, seeds ${percent(reason.seedProbability)})`;
  }
}

const percent = (probability: number): string => `${Math.round(probability * 100)} %`;
