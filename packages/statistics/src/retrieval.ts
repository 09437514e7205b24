/** Scores of a search by embedding. */
import { macro } from './classification.ts';
import { dot } from './vectors.ts';

export interface Embedded {
  /** Length 1. */
  embedding: Float32Array;
  label: string;
  artist: string;
  work: string;
}

/**
 * Precision@k by genre: the mean over labels of the mean share of a query's k nearest candidates that
 * have its label. Candidates of the query's own artist or work do not count. NaN without queries.
 */
export function precisionAtK(
  queries: readonly Embedded[],
  candidates: readonly Embedded[],
  k = 5,
): number {
  const byLabel = Map.groupBy(queries, ({ label }) => label);
  return macro(
    [...byLabel.values()].map((ofLabel) =>
      macro(
        ofLabel.map((query) => {
          const nearest = candidates
            .filter(
              ({ artist, work }) =>
                work !== query.work && (artist === '' || artist !== query.artist),
            )
            .map(({ embedding, label }) => ({ label, similarity: dot(query.embedding, embedding) }))
            .sort((a, b) => b.similarity - a.similarity)
            .slice(0, k);
          return nearest.filter(({ label }) => label === query.label).length / k;
        }),
      ),
    ),
  );
}
