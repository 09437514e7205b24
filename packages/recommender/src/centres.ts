import { type Catalogue, embeddingOf, topGenre } from './catalogue.ts';
import { dot, weightedMean } from './vectors.ts';

export interface GenreCentre {
  label: string;
  /** The medoid: the song whose mean cosine similarity to the songs of its genre is highest. */
  id: string;
  /** That mean similarity, itself included, in [-1, 1]. */
  similarity: number;
  /** Songs whose most probable genre this is. */
  size: number;
}

/** Each genre's centre song, for the genres that have songs, in the order of the labels. */
export function genreCentres(catalogue: Catalogue): GenreCentre[] {
  const rowsByGenre = Map.groupBy(catalogue.ids.keys(), (row) => topGenre(catalogue, row));
  return catalogue.labels.flatMap((label) => {
    const rows = rowsByGenre.get(label);
    if (!rows) return [];
    const mean = weightedMean(rows.map((row) => embeddingOf(catalogue, row)));
    const similarities = rows.map((row) => dot(embeddingOf(catalogue, row), mean));
    const best = similarities.indexOf(Math.max(...similarities));
    const id = catalogue.ids[rows[best]!]!;
    return [{ label, id, similarity: similarities[best]!, size: rows.length }];
  });
}
