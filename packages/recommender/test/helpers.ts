import { seededRandom } from '@consonance/statistics';
import { createCatalogue, type Catalogue } from '../src/index.ts';

export const labels = ['jazz', 'rock', 'folk'];

/** A catalogue of `size` songs with random embeddings and genres, ids s0, s1, ... */
export function randomCatalogue(size: number, dimensions: number, seed: number): Catalogue {
  const random = seededRandom(seed);
  return createCatalogue({
    ids: Array.from({ length: size }, (_, i) => `s${i}`),
    embeddings: Float32Array.from({ length: size * dimensions }, () => random() * 2 - 1 + 1e-6),
    dimensions,
    labels,
    genres: Float32Array.from({ length: size * labels.length }, random),
  });
}

/** Songs in the plane: an angle in degrees and a genre each. */
export function planarCatalogue(
  songs: Record<string, [degrees: number, label: string]>,
): Catalogue {
  const entries = Object.entries(songs);
  return createCatalogue({
    ids: entries.map(([id]) => id),
    embeddings: Float32Array.from(
      entries.flatMap(([, [degrees]]) => {
        const radians = (degrees * Math.PI) / 180;
        return [Math.cos(radians), Math.sin(radians)];
      }),
    ),
    dimensions: 2,
    labels,
    genres: Float32Array.from(
      entries.flatMap(([, [, label]]) => labels.map((l) => (l === label ? 0.9 : 0.1))),
    ),
  });
}
