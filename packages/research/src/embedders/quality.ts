/** How well neighbours in an embedding share their genre. */
import { dot } from '@consonance/statistics';

/** What is known about a recording besides its embedding. */
export interface Recording {
  label: string;
  /** Empty when unknown. */
  artist: string;
  work: string;
  corpus: string;
}

/** One query against all recordings. */
export interface QueryScores {
  /** Share of the five nearest that have the query's label. */
  precisionAt5: number;
  /** Share of the recordings of the query's label that are among the fifty nearest. */
  recallAt50: number;
  /**
   * Rousseeuw 1987 on 1 - cosine: 1 when its own label is much nearer than the nearest other label, below
   * 0 when another is nearer.
   */
  silhouette: number;
  /** Rows of the five nearest. */
  nearest: number[];
}

/**
 * Recordings of the query's own artist and work are no candidates; where an artist is unknown, all of
 * the corpus may be theirs.
 */
export const mayMatch = (query: Recording, candidate: Recording): boolean =>
  query !== candidate &&
  query.work !== candidate.work &&
  (query.artist === '' || candidate.artist === ''
    ? query.corpus !== candidate.corpus
    : query.artist !== candidate.artist);

/**
 * @param embeddings one a recording, length 1
 * @returns undefined when no candidate has the query's label: nothing could be found
 */
export function scoreQuery(
  query: number,
  recordings: readonly Recording[],
  embeddings: readonly Float32Array[],
): QueryScores | undefined {
  const { label } = recordings[query]!;
  const ranked = [...recordings.keys()]
    .filter((i) => mayMatch(recordings[query]!, recordings[i]!))
    .map((i) => ({
      i,
      label: recordings[i]!.label,
      similarity: dot(embeddings[query]!, embeddings[i]!),
    }))
    .sort((a, b) => b.similarity - a.similarity);
  const relevant = ranked.filter((candidate) => candidate.label === label).length;
  if (relevant === 0) return undefined;
  const hits = (k: number) =>
    ranked.slice(0, k).filter((candidate) => candidate.label === label).length;
  const distances = new Map(
    [...Map.groupBy(ranked, (candidate) => candidate.label)].map(([name, group]) => [
      name,
      1 - group.reduce((sum, { similarity }) => sum + similarity, 0) / group.length,
    ]),
  );
  const own = distances.get(label)!;
  distances.delete(label);
  const other = Math.min(...distances.values());
  return {
    precisionAt5: hits(5) / 5,
    recallAt50: hits(50) / relevant,
    silhouette: distances.size > 0 ? (other - own) / Math.max(own, other) : 0,
    nearest: ranked.slice(0, 5).map(({ i }) => i),
  };
}

/**
 * Hubness: the skewness of how often each recording is among the five nearest of a query (Radovanović
 * et al. 2010). 0 when all are met equally often; above 1 a few are met everywhere.
 */
export function hubness(neighbours: readonly (readonly number[])[], recordings: number): number {
  const counts = new Float64Array(recordings);
  for (const i of neighbours.flat()) counts[i]!++;
  const mean = counts.reduce((a, b) => a + b, 0) / recordings;
  const moment = (power: number) =>
    counts.reduce((sum, count) => sum + (count - mean) ** power, 0) / recordings;
  const deviation = Math.sqrt(moment(2));
  return deviation > 0 ? moment(3) / deviation ** 3 : 0;
}
