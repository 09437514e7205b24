import { seededRandom } from '@consonance/statistics';
import {
  als,
  bpr,
  coldStartSwitch,
  cosineMethod,
  createCatalogue,
  genreMethod,
  hybrid,
  type Interactions,
  itemNeighbours,
  popularity,
  random,
  rankScores,
  type Recommender,
  userNeighbours,
} from '../../src/index.ts';

/** How a recommender's scores answer to weights that are all multiplied by one number. */
type Scaling = 'same scores' | 'same order' | 'other scores';

const catalogueOf = (items: number) => {
  const uniform = seededRandom(9);
  const labels = ['jazz', 'rock', 'folk'];
  return createCatalogue({
    ids: Array.from({ length: items }, (_, i) => `s${i}`),
    embeddings: Float32Array.from({ length: items * 8 }, () => uniform() * 2 - 1 + 1e-6),
    dimensions: 8,
    labels,
    genres: Float32Array.from({ length: items * labels.length }, uniform),
  });
};

/** Every recommender there is, small enough to train in a test. */
export const recommenders: Record<
  string,
  { build: (interactions: Interactions) => Recommender; scaling: Scaling }
> = {
  random: { build: ({ items }) => random(items), scaling: 'same scores' },
  popularity: { build: popularity, scaling: 'same scores' },
  'item-knn': { build: (data) => itemNeighbours(data), scaling: 'same order' },
  'item-knn-bm25': {
    build: (data) => itemNeighbours(data, { weighting: 'bm25', neighbours: 5 }),
    scaling: 'same order',
  },
  'user-knn': { build: (data) => userNeighbours(data), scaling: 'same scores' },
  als: { build: (data) => als(data, { factors: 10, regularization: 1 }), scaling: 'other scores' },
  bpr: { build: (data) => bpr(data, { factors: 8, iterations: 5 }), scaling: 'same scores' },
  cosine: { build: ({ items }) => cosineMethod(catalogueOf(items)), scaling: 'same scores' },
  genre: { build: ({ items }) => genreMethod(catalogueOf(items)), scaling: 'same scores' },
  hybrid: {
    build: (data) => hybrid(itemNeighbours(data), cosineMethod(catalogueOf(data.items))),
    scaling: 'same scores',
  },
  'hybrid by ranks': {
    build: (data) =>
      hybrid(popularity(data), userNeighbours(data), { share: 0.3, normalise: rankScores }),
    scaling: 'same scores',
  },
  'cold-start switch': {
    build: (data) =>
      coldStartSwitch(userNeighbours(data), cosineMethod(catalogueOf(data.items)), data),
    scaling: 'same scores',
  },
};
