import { type Catalogue, createCatalogue } from '@consonance/recommender';
import type { ItemTag } from './listens.ts';
import { genres, genresOfTag } from './tag-genres.ts';

/** Tags in a vector: those that most items have. */
const vocabularySize = 128;

export interface TagCatalogue {
  /** `embeddings`: the TF-IDF weights of the commonest tags; `genres`: shares of the seven genres. */
  tags: Catalogue;
  /** The shares of the seven genres as embeddings too. */
  genres: Catalogue;
  /** Items with a tag of the vocabulary, and items with a tag that speaks of a genre. */
  tagged: number;
  withGenre: number;
  isTagged: (item: number) => boolean;
}

/**
 * What stands in for the sound of items where a data set has no audio: their tags. Weight of a tag =
 * log(1 + users who gave it) * log(items / items that have it). An item without a tag gets the same
 * small weight everywhere: it is about equally far from all others.
 */
export function tagCatalogue(ids: readonly string[], itemTags: readonly ItemTag[]): TagCatalogue {
  const rowOf = new Map(ids.map((id, row) => [id, row]));
  const byTag = new Map<string, Map<number, number>>();
  for (const { item, tag } of itemTags) {
    const row = rowOf.get(item);
    if (row === undefined) continue;
    if (!byTag.has(tag)) byTag.set(tag, new Map());
    const counts = byTag.get(tag)!;
    counts.set(row, (counts.get(row) ?? 0) + 1);
  }
  const shares = genreShares(ids.length, byTag);
  const vocabulary = [...byTag.values()].sort((a, b) => b.size - a.size).slice(0, vocabularySize);
  const dimensions = Math.max(1, vocabulary.length);
  const weights = new Float32Array(ids.length * dimensions).fill(1e-3);
  vocabulary.forEach((counts, column) => {
    const idf = Math.log(ids.length / counts.size);
    for (const [row, count] of counts)
      weights[row * dimensions + column]! += Math.log1p(count) * idf;
  });
  const tagged = new Set(vocabulary.flatMap((counts) => [...counts.keys()]));
  const common = { ids, labels: genres, genres: shares.shares };
  return {
    tags: createCatalogue({ ...common, embeddings: weights, dimensions }),
    genres: createCatalogue({ ...common, embeddings: shares.shares, dimensions: genres.length }),
    tagged: tagged.size,
    withGenre: shares.known,
    isTagged: (item) => tagged.has(item),
  };
}

/** Per item, the share of each genre among its tags that speak of one; equal shares without any. */
function genreShares(
  items: number,
  byTag: ReadonlyMap<string, ReadonlyMap<number, number>>,
): { shares: Float32Array; known: number } {
  const counts = new Float32Array(items * genres.length);
  for (const [tag, rows] of byTag) {
    for (const genre of genresOfTag(tag)) {
      const column = genres.indexOf(genre);
      for (const [row, count] of rows) counts[row * genres.length + column]! += count;
    }
  }
  let known = 0;
  for (let row = 0; row < items; row++) {
    const own = counts.subarray(row * genres.length, (row + 1) * genres.length);
    const total = own.reduce((sum, count) => sum + count, 0);
    if (total > 0) known++;
    own.forEach((count, i) => (own[i] = total > 0 ? count / total : 1 / genres.length));
  }
  return { shares: counts, known };
}
