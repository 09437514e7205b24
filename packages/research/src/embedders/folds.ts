import { type Clip, groupOf } from '@consonance/models/training';

/**
 * Puts the corpora that hold recordings into folds, whole; corpora that share an artist go together.
 * The largest first, each to the fold that has the fewest recordings of its labels so far, then to
 * the smallest: every fold leaves something of every label to learn from where that is possible.
 *
 * @returns the corpora of each fold, those with notes by the same artists included; no empty fold
 */
export function corpusFolds(clips: readonly Clip[], count: number): string[][] {
  const folds = Array.from({ length: count }, () => ({
    corpora: [] as string[],
    byLabel: new Map<string, number>(),
    size: 0,
  }));
  const groups = joinedCorpora(clips)
    .map((corpora) => {
      const recordings = clips.filter((clip) => clip.recorded && corpora.includes(clip.corpus));
      return {
        corpora,
        labels: countBy(recordings, ({ label }) => label),
        size: recordings.length,
      };
    })
    .filter(({ size }) => size > 0)
    .sort((a, b) => b.size - a.size || (a.corpora[0]! < b.corpora[0]! ? -1 : 1));
  for (const { corpora, labels, size } of groups) {
    const alike = ({ byLabel }: (typeof folds)[number]) =>
      [...labels.keys()].reduce((sum, label) => sum + (byLabel.get(label) ?? 0), 0);
    const fold = folds.reduce((best, next) =>
      alike(next) - alike(best) < 0 || (alike(next) === alike(best) && next.size < best.size)
        ? next
        : best,
    );
    fold.corpora.push(...corpora);
    fold.size += size;
    for (const [label, n] of labels) fold.byLabel.set(label, (fold.byLabel.get(label) ?? 0) + n);
  }
  return folds.map(({ corpora }) => corpora).filter(({ length }) => length > 0);
}

/** Corpora by the artists that they share, each list sorted. */
function joinedCorpora(clips: readonly Clip[]): string[][] {
  let joined = [...new Set(clips.map(({ corpus }) => corpus))].sort().map((corpus) => [corpus]);
  for (const ofGroup of Map.groupBy(clips, groupOf).values()) {
    const shared = new Set(ofGroup.map(({ corpus }) => corpus));
    if (shared.size < 2) continue;
    const [together, apart] = [true, false].map((wanted) =>
      joined.filter((corpora) => corpora.some((corpus) => shared.has(corpus)) === wanted),
    );
    joined = [...apart!, together!.flat().sort()];
  }
  return joined;
}

function countBy<T>(items: readonly T[], key: (item: T) => string): Map<string, number> {
  return new Map([...Map.groupBy(items, key)].map(([name, group]) => [name, group.length]));
}
