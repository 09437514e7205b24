/** Which recommenders are compared, and how. */
import {
  als,
  bpr,
  type Catalogue,
  coldStartSwitch,
  type ComparisonOptions,
  cosineMethod,
  embeddingOf,
  genreMethod,
  holdOutItems,
  holdOutLatest,
  holdOutRandom,
  holdOutUsers,
  hybrid,
  type Interactions,
  itemNeighbours,
  mapValues,
  popularity,
  random,
  type Recommender,
  type Split,
  userNeighbours,
} from '@consonance/recommender';
import type { Listens } from './listens.ts';
import type { TagCatalogue } from './tag-catalogue.ts';

/** What is known about the items besides who plays them. */
export type Content =
  | { kind: 'sound'; catalogue: Catalogue; artistOf: (item: number) => string | undefined }
  | ({ kind: 'tags' } & TagCatalogue)
  | { kind: 'none' };

const heldOutShare = 0.2;
const newListeners = { share: 0.1, profileSize: 5 };

/** Every baseline is also in the comparison itself. */
export const baselines = ['random', 'popularity', 'item-knn'];

/**
 * The comparison for `compareRecommenders`. Play counts are dampened to log(1 + plays) once, here, so
 * that every recommender learns from the same numbers and sees profiles in the same way.
 */
export function comparisonOf(
  { interactions, timeOf }: Listens,
  content: Content,
  { k, seeds, factors }: { k: number; seeds: readonly number[]; factors: number },
): ComparisonOptions {
  const listens = mapValues(interactions, Math.log1p);
  return {
    k,
    seeds,
    baselines,
    splits: splitsOf(listens, timeOf),
    build: (train, seed) => recommendersFor(train, content, factors, seed),
    ...knowledgeOf(content),
  };
}

function splitsOf(
  listens: Interactions,
  timeOf: Listens['timeOf'],
): Record<string, (uniform: () => number) => Split> {
  return {
    'held-out items': (uniform) => holdOutRandom(listens, heldOutShare, uniform),
    ...(timeOf && { 'latest items': () => holdOutLatest(listens, heldOutShare, timeOf) }),
    'new listeners': (uniform) =>
      holdOutUsers(listens, newListeners.share, newListeners.profileSize, uniform),
    'new items': (uniform) => holdOutItems(listens, heldOutShare, uniform),
  };
}

/** Chance and popularity, collaborative filtering, content, and both together. */
function recommendersFor(
  train: Interactions,
  content: Content,
  factors: number,
  seed: number,
): Recommender[] {
  const neighbours = itemNeighbours(train);
  const factorisation = als(train, { factors, seed });
  const described = contentRecommenders(content);
  const [best] = described;
  return [
    random(train.items, seed),
    popularity(train),
    neighbours,
    itemNeighbours(train, { weighting: 'bm25' }),
    userNeighbours(train),
    factorisation,
    bpr(train, { factors, seed }),
    ...described,
    hybrid(neighbours, factorisation),
    ...(best ? [hybrid(factorisation, best), coldStartSwitch(factorisation, best, train)] : []),
  ];
}

/** The one for the hybrids first. */
function contentRecommenders(content: Content): Recommender[] {
  switch (content.kind) {
    case 'none':
      return [];
    case 'sound':
      return [genreMethod(content.catalogue), cosineMethod(content.catalogue)];
    case 'tags':
      return [
        { ...cosineMethod(content.tags), name: 'tags' },
        { ...genreMethod(content.tags), name: 'tags+genres' },
        { ...cosineMethod(content.genres), name: 'genres' },
      ];
  }
}

/** What the diversity and the artist level are computed from. */
function knowledgeOf(content: Content): Pick<ComparisonOptions, 'similarity' | 'artistOf'> {
  if (content.kind === 'none') return {};
  const catalogue = content.kind === 'sound' ? content.catalogue : content.tags;
  const isKnown = content.kind === 'tags' ? content.isTagged : () => true;
  return {
    similarity: (a, b) =>
      isKnown(a) && isKnown(b)
        ? dot(embeddingOf(catalogue, a), embeddingOf(catalogue, b))
        : undefined,
    ...(content.kind === 'sound' && { artistOf: content.artistOf }),
  };
}

const dot = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);
