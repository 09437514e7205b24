/** Classification and retrieval metrics; labels and scores are plain arrays. */

/**
 * Area under the ROC curve: the probability that a positive scores above a negative, ties counting
 * half (Mann-Whitney). NaN when one side is empty.
 */
export function rocAuc(scores: ArrayLike<number>, positives: readonly boolean[]): number {
  const order = [...positives.keys()].sort((a, b) => scores[a]! - scores[b]!);
  let rankSum = 0;
  for (let i = 0; i < order.length;) {
    let end = i;
    while (end < order.length && scores[order[end]!] === scores[order[i]!]) end++;
    const meanRank = (i + 1 + end) / 2;
    for (; i < end; i++) if (positives[order[i]!]) rankSum += meanRank;
  }
  const count = positives.filter(Boolean).length;
  return (rankSum - (count * (count + 1)) / 2) / (count * (positives.length - count));
}

export interface LabelScore {
  label: string;
  precision: number;
  recall: number;
  /** Harmonic mean of both; 0 when nothing was found. */
  f1: number;
  auc: number;
  /** Clips of the label. */
  support: number;
}

/**
 * Scores per label at a threshold of 0.5; a precision or recall without any candidate is 0, as
 * scikit-learn's zero_division=0.
 *
 * @param probabilities clips x labels
 */
export function labelScores(
  probabilities: readonly ArrayLike<number>[],
  truth: readonly string[],
  labels: readonly string[],
): LabelScore[] {
  return labels.map((label, column) => {
    const scores = probabilities.map((row) => row[column]!);
    const positives = truth.map((t) => t === label);
    const found = scores.map((score) => score >= 0.5);
    const hits = found.filter((f, i) => f && positives[i]).length;
    const support = positives.filter(Boolean).length;
    const precision = ratio(hits, found.filter(Boolean).length);
    const recall = ratio(hits, support);
    const f1 = ratio(2 * precision * recall, precision + recall);
    return { label, precision, recall, f1, auc: rocAuc(scores, positives), support };
  });
}

const ratio = (a: number, b: number): number => (b === 0 ? 0 : a / b);

/** Mean over the labels that have a value. */
export function macro(values: readonly number[]): number {
  const defined = values.filter((value) => !Number.isNaN(value));
  return defined.reduce((sum, value) => sum + value, 0) / defined.length;
}

/** Share of clips whose most probable label is the true one. */
export function accuracy(
  probabilities: readonly ArrayLike<number>[],
  truth: readonly string[],
  labels: readonly string[],
): number {
  const right = probabilities.filter((row, i) => {
    const scores = Array.from(row);
    return labels[scores.indexOf(Math.max(...scores))] === truth[i];
  });
  return right.length / truth.length;
}

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

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
