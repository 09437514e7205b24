/** Generated songs for benchmarks of the recommender. */
import { type Catalogue, createCatalogue } from '@consonance/recommender';

const dimensions = 64;
const labels = ['classical', 'electronic', 'folk', 'hip-hop', 'instrumental', 'jazz', 'rock'];
const clusterCount = 200;

/** Marsaglia's polar method. */
function normal(random: () => number): number {
  for (;;) {
    const x = random() * 2 - 1;
    const y = random() * 2 - 1;
    const square = x * x + y * y;
    if (square > 0 && square < 1) return x * Math.sqrt((-2 * Math.log(square)) / square);
  }
}

/**
 * Songs whose embeddings have the shape of real ones: 200 clusters of unequal size (Zipf) around a common
 * mean, each an anisotropic Gaussian whose 64 axes fade like 1 / rank, so that a dozen directions
 * hold most of the variance and all songs are a little alike. Genre probabilities are peaked, seven
 * labels, one main genre a cluster.
 */
export function realisticCatalogue(size: number, random: () => number): Catalogue {
  const scales = Array.from({ length: dimensions }, (_, i) => 1 / (1 + i));
  const common = scales.map((scale) => scale * normal(random));
  const centres = Array.from({ length: clusterCount }, () =>
    scales.map((scale, i) => common[i]! * 0.5 + scale * normal(random)),
  );
  const embeddings = new Float32Array(size * dimensions);
  const genres = new Float32Array(size * labels.length);
  for (let row = 0; row < size; row++) {
    const cluster = Math.floor(clusterCount ** random()) - 1;
    const spread = 0.5 + 0.5 * random();
    for (let i = 0; i < dimensions; i++) {
      const noise = spread * scales[(i + cluster) % dimensions]! + 0.02;
      embeddings[row * dimensions + i] = centres[cluster]![i]! + noise * normal(random);
    }
    for (let i = 0; i < labels.length; i++) {
      const main = i === cluster % labels.length;
      genres[row * labels.length + i] = main ? 0.4 + 0.6 * random() : 0.3 * random();
    }
  }
  const ids = Array.from({ length: size }, (_, i) => `song-${i}`);
  return createCatalogue({ ids, embeddings, dimensions, labels, genres });
}
