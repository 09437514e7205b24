import { type Aggregation, aggregations } from './aggregation.ts';
import type { Catalogue } from './catalogue.ts';
import type { Truth } from './evaluation/index.ts';
import { shuffled } from '@consonance/statistics';
import { recommend } from './recommend.ts';
import type { Recommender } from './recommender.ts';

export interface AggregationResult {
  aggregation: Aggregation;
  seedCount: number;
  /** Labels that the seeds come from, in equal parts. */
  genreCount: number;
  /** Mean share of the recommended songs whose label is one of the seeds', in [0, 1]. */
  precision: number;
  /** Mean share of the seeds' labels that are met by at least one recommended song, in [0, 1]. */
  coverage: number;
  /** Seed sets drawn. */
  draws: number;
}

/**
 * Measures the ways to aggregate seeds against each other, on the same seed sets: `seedCount` songs,
 * in equal parts from `genreCount` labels. Songs of the seeds' works are no candidates.
 *
 * @param method builds the recommender, for example
 * `(aggregation) => cosineMethod(catalogue, { aggregation })`.
 * @param random uniform numbers in [0, 1).
 */
export function compareAggregations(
  catalogue: Catalogue,
  method: (aggregation: Aggregation) => Recommender,
  truth: ReadonlyMap<string, Truth>,
  random: () => number,
  { seedCounts = [1, 2, 5, 20, 100], genreCounts = [1, 2, 3], count = 5, draws = 200 } = {},
): AggregationResult[] {
  const ids = catalogue.ids.filter((id) => truth.has(id));
  const byLabel = Map.groupBy(ids, (id) => truth.get(id)!.label);
  const recommenders = aggregations.map(method);
  return genreCounts.flatMap((genreCount) =>
    seedCounts
      .filter((seedCount) => seedCount >= genreCount)
      .flatMap((seedCount) => {
        const sets = Array.from({ length: draws }, () => {
          const labels = shuffled([...byLabel.keys()], random).slice(0, genreCount);
          const perLabel = Math.ceil(seedCount / genreCount);
          const seeds = labels.flatMap((label) =>
            shuffled(byLabel.get(label)!, random).slice(0, perLabel),
          );
          const works = new Set(seeds.map((id) => truth.get(id)!.work));
          const exclude = ids.filter((id) => works.has(truth.get(id)!.work));
          return { labels, seeds: seeds.slice(0, seedCount), exclude };
        });
        return aggregations.map((aggregation, k) => {
          const found = sets.map(({ labels, seeds, exclude }) => {
            const songs = recommend(catalogue, recommenders[k]!, seeds, { count, exclude });
            const hits = songs
              .map(({ id }) => truth.get(id)?.label)
              .filter((label) => label !== undefined && labels.includes(label));
            return {
              precision: hits.length / Math.max(1, songs.length),
              coverage: new Set(hits).size / labels.length,
            };
          });
          const mean = (key: 'precision' | 'coverage') =>
            found.reduce((sum, one) => sum + one[key], 0) / found.length;
          return {
            aggregation,
            seedCount,
            genreCount,
            precision: mean('precision'),
            coverage: mean('coverage'),
            draws,
          };
        });
      }),
  );
}
