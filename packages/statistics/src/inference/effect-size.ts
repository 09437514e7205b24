import { noncentralTCdf, solveIncreasing } from './distributions.ts';
import { mean, variance } from './moments.ts';

export interface EffectSize {
  /** Mean difference over its standard deviation; not defined where nothing varies. */
  dz: number;
  /** Noncentral t interval (Cumming and Finch 2001) at confidence 1 - alpha; NaN where t is beyond 100. */
  interval: [low: number, high: number];
}

/** What the interval costs grows with t: here most of a second. */
const largestT = 100;

/** Cohen's d_z (1988) of differences within pairs. */
export function cohensDz(differences: readonly number[], alpha = 0.05): EffectSize {
  const dz = mean(differences) / Math.sqrt(variance(differences));
  const root = Math.sqrt(differences.length);
  const t = dz * root;
  if (!(Math.abs(t) <= largestT)) return { dz, interval: [NaN, NaN] };
  // As the noncentrality grows, values of at most t become less probable.
  const at = (probability: number): number => {
    const f = (noncentrality: number) => -noncentralTCdf(t, differences.length - 1, noncentrality);
    let reach = 8;
    while (f(t - reach) > -probability || f(t + reach) < -probability) reach *= 2;
    return solveIncreasing(f, -probability, t - reach, t + reach) / root;
  };
  return { dz, interval: [at(1 - alpha / 2), at(alpha / 2)] };
}
