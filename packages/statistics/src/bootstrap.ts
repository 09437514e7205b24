/** Intervals by drawing again: items of one group (an artist's clips) stand or fall together. */
import { macro } from './classification.ts';
import { integerBelow, type Random } from './random.ts';

/** Several statistics, measured on the data and on every resample. */
export interface Bootstrapped {
  values: number[];
  /** resamples x statistics; NaN where a statistic has no value. */
  samples: number[][];
}

/**
 * Draws groups, and runs, with replacement (Efron 1979; clusters: Davison and Hinkley 1997, 3.8).
 * A statistic's value is its mean over the runs, so an interval speaks of other artists and other runs.
 * To compare two models, measure both in one call: every resample then has the same items for both.
 *
 * @param groupsOfRuns for each run, the group of each item; a group may appear in several runs
 * @param measure statistics of a run's items under weights: how often each item was drawn
 */
export function bootstrap(
  groupsOfRuns: readonly (readonly string[])[],
  measure: (run: number, weights: Float64Array) => number[],
  random: Random,
  resamples = 1000,
): Bootstrapped {
  const names = [...new Set(groupsOfRuns.flat())];
  const numbers = new Map(names.map((name, i) => [name, i]));
  const runs = groupsOfRuns.map((groups) => groups.map((name) => numbers.get(name)!));
  const meanOver = (drawnRuns: number[], drawn: Float64Array): number[] => {
    const measured = new Map(
      [...new Set(drawnRuns)].map((run) => [
        run,
        measure(
          run,
          Float64Array.from(runs[run]!, (group) => drawn[group]!),
        ),
      ]),
    );
    const rows = drawnRuns.map((run) => measured.get(run)!);
    return rows[0]!.map((_, statistic) => macro(rows.map((row) => row[statistic]!)));
  };
  return {
    values: meanOver([...runs.keys()], new Float64Array(names.length).fill(1)),
    samples: Array.from({ length: resamples }, () => {
      const drawn = new Float64Array(names.length);
      for (let i = 0; i < names.length; i++) drawn[integerBelow(random, names.length)]!++;
      return meanOver(
        runs.map(() => integerBelow(random, runs.length)),
        drawn,
      );
    }),
  };
}

/** The middle 95 % of the samples that have a value, by linear interpolation; undefined without any. */
export function interval95(samples: readonly number[]): [low: number, high: number] | undefined {
  const sorted = samples.filter((sample) => !Number.isNaN(sample)).sort((a, b) => a - b);
  if (sorted.length === 0) return undefined;
  const quantile = (share: number): number => {
    const position = share * (sorted.length - 1);
    const below = sorted[Math.floor(position)]!;
    return below + (position % 1) * (sorted[Math.ceil(position)]! - below);
  };
  return [quantile(0.025), quantile(0.975)];
}

/**
 * Two-sided p-value of a difference: twice the share of resamples on the lesser side of 0, at least
 * 2 / (resamples + 1) (Davison and Hinkley 1997, 4.4). NaN without a value.
 */
export function differencePValue(differences: readonly number[]): number {
  const defined = differences.filter((value) => !Number.isNaN(value));
  if (defined.length === 0) return NaN;
  const tail = (side: (value: number) => boolean): number =>
    (defined.filter(side).length + 1) / (defined.length + 1);
  return Math.min(
    1,
    2 *
      Math.min(
        tail((value) => value <= 0),
        tail((value) => value >= 0),
      ),
  );
}
