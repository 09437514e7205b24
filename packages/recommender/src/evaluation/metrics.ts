/** Measures of one ranked list against the items that the listener really had; all in [0, 1]. */
export interface Metrics {
  /** Share of the k places that hold a relevant item. */
  precision: number;
  /** Share of the relevant items that are among the first k. */
  recall: number;
  /**
   * Discounted gain sum(1 / log2(place + 1)) of the relevant items, over that of a perfect list
   * (Järvelin and Kekäläinen 2002, binary relevance).
   */
  ndcg: number;
  /** Average precision: sum of the precisions at the places of the relevant items / relevant items. */
  map: number;
  /** Reciprocal rank: 1 / place of the first relevant item, 0 without one. */
  mrr: number;
}

export const metricNames = ['precision', 'recall', 'ndcg', 'map', 'mrr'] as const;

/**
 * The measures at k, with the definitions of trec_eval and ranx: lists shorter than k miss the rest.
 *
 * @param ranked unique items, best first; what is beyond k is ignored.
 * @param relevant at least one item.
 */
export function metricsAt(
  k: number,
  ranked: readonly number[],
  relevant: ReadonlySet<number>,
): Metrics {
  let hits = 0;
  let gain = 0;
  let precisions = 0;
  let mrr = 0;
  ranked.slice(0, k).forEach((item, index) => {
    if (!relevant.has(item)) return;
    hits++;
    gain += discount(index);
    precisions += hits / (index + 1);
    mrr ||= 1 / (index + 1);
  });
  let ideal = 0;
  for (let index = 0; index < Math.min(k, relevant.size); index++) ideal += discount(index);
  return {
    precision: hits / k,
    recall: hits / relevant.size,
    ndcg: gain / ideal,
    map: precisions / relevant.size,
    mrr,
  };
}

const discount = (index: number): number => 1 / Math.log2(index + 2);
