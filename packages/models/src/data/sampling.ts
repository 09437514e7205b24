import type { Clip } from './dataset.ts';
import { type Random, pick } from '@consonance/statistics';

/**
 * Draws clips so that no label and no corpus drowns the others: a label uniformly, then a corpus of
 * it in proportion to the square root of its size (recordings count double), then a clip uniformly.
 */
export function createSampler(clips: readonly Clip[]): (random: Random) => Clip {
  const labels = [...Map.groupBy(clips, ({ label }) => label).values()].map((ofLabel) =>
    [...Map.groupBy(ofLabel, ({ corpus, artist }) => corpus || artist).values()].map((group) => ({
      group,
      weight: Math.sqrt(group.length) * (group[0]!.recorded ? 2 : 1),
    })),
  );
  return (random) => {
    const corpora = pick(random, labels);
    let rest = random() * corpora.reduce((sum, { weight }) => sum + weight, 0);
    const { group } = corpora.find(({ weight }) => (rest -= weight) < 0) ?? corpora.at(-1)!;
    return pick(random, group);
  };
}
