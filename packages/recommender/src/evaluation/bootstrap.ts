import { expectCount, expectOption } from '../options.ts';

/** How much better one recommender is than another, over the same users. */
export interface Lift {
  /** mean(values) - mean(baseline). */
  difference: number;
  /** 95 % interval of the difference. */
  differenceInterval: [low: number, high: number];
  /** mean(values) / mean(baseline) - 1; undefined when the baseline's mean is 0. */
  lift: number | undefined;
  /** 95 % interval of the lift; undefined when a resampled baseline's mean is 0. */
  liftInterval: [low: number, high: number] | undefined;
}

/**
 * Paired bootstrap over users: users are drawn with replacement, each with the values of both
 * recommenders, and the interval holds the middle 95 % of the resampled differences and lifts
 * (percentile method, Efron 1979).
 *
 * @param values one number per user.
 * @param baseline the other recommender's numbers for the same users, in the same order.
 * @param random uniform numbers in [0, 1).
 */
export function pairedBootstrap(
  values: readonly number[],
  baseline: readonly number[],
  random: () => number,
  resamples = 1000,
): Lift {
  const size = values.length;
  expectCount('the number of users', size);
  expectOption(baseline.length === size, `${size} numbers`, 'baseline', baseline.length);
  const relative = (a: number, b: number): number | undefined => (b === 0 ? undefined : a / b - 1);
  const differences: number[] = [];
  const lifts: (number | undefined)[] = [];
  for (let resample = 0; resample < resamples; resample++) {
    let a = 0;
    let b = 0;
    for (let draw = 0; draw < size; draw++) {
      const user = Math.floor(random() * size);
      a += values[user]!;
      b += baseline[user]!;
    }
    differences.push((a - b) / size);
    lifts.push(relative(a, b));
  }
  const [a, b] = [mean(values), mean(baseline)];
  const known = lifts.filter((lift) => lift !== undefined);
  return {
    difference: a - b,
    differenceInterval: middle95(differences),
    lift: relative(a, b),
    liftInterval: known.length === resamples ? middle95(known) : undefined,
  };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function middle95(values: readonly number[]): [number, number] {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))]!;
  return [at(0.025), at(0.975)];
}
