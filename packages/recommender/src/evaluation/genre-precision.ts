import type { Catalogue } from '../catalogue.ts';
import { shuffled } from '@consonance/statistics';
import { recommend } from '../recommend.ts';
import type { Recommender } from '../recommender.ts';

/** What is known about a song from outside, for evaluation only. */
export interface Truth {
  label: string;
  /** Songs of one work are excerpts of the same piece; they never count as a find. */
  work: string;
}

export interface GenrePrecision {
  label: string;
  /** Mean share of the recommended songs that have the seeds' label, in [0, 1]. */
  precision: number;
  /** Seed sets drawn. */
  draws: number;
}

/**
 * Precision at `count` by genre: for each label, draws sets of `seedCount` songs of that label from
 * different works, recommends, and counts the songs that share the label. Songs of the seeds' works
 * are excluded from the candidates.
 *
 * @param random uniform numbers in [0, 1), for example `seededRandom(1)`.
 */
export function genrePrecision(
  catalogue: Catalogue,
  recommender: Recommender,
  truth: ReadonlyMap<string, Truth>,
  random: () => number,
  { seedCount = 5, count = 5, draws = 200 } = {},
): GenrePrecision[] {
  const ids = catalogue.ids.filter((id) => truth.has(id));
  const byLabel = Map.groupBy(ids, (id) => truth.get(id)!.label);
  return [...byLabel.keys()].sort().map((label) => {
    const works = [...Map.groupBy(byLabel.get(label)!, (id) => truth.get(id)!.work).values()];
    let shared = 0;
    let total = 0;
    for (let draw = 0; draw < draws; draw++) {
      const seeds = shuffled(works, random)
        .slice(0, seedCount)
        .map((songs) => songs[Math.floor(random() * songs.length)]!);
      const seedWorks = new Set(seeds.map((id) => truth.get(id)!.work));
      const exclude = catalogue.ids.filter((id) => seedWorks.has(truth.get(id)?.work ?? ''));
      for (const { id } of recommend(catalogue, recommender, seeds, { count, exclude })) {
        shared += truth.get(id)?.label === label ? 1 : 0;
        total++;
      }
    }
    return { label, precision: total === 0 ? 0 : shared / total, draws };
  });
}
