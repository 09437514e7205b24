import { binomialCdf, normalQuantile } from './distributions.ts';

export interface SignTest {
  /** Of wins among wins and losses; NaN without any. */
  share: number;
  /** Wilson's score interval (1927) at confidence 1 - alpha. */
  interval: [low: number, high: number];
  /** Two-sided binomial against a fair coin; 1 without any. */
  pValue: number;
}

/** As SciPy's binomtest against 0.5, with proportion_ci(method="wilson"). */
export function signTest(wins: number, losses: number, alpha = 0.05): SignTest {
  const count = wins + losses;
  const share = wins / count;
  const z = normalQuantile(1 - alpha / 2);
  const center = (share + z ** 2 / (2 * count)) / (1 + z ** 2 / count);
  const reach =
    (z / (1 + z ** 2 / count)) *
    Math.sqrt((share * (1 - share)) / count + z ** 2 / (4 * count ** 2));
  return {
    share,
    interval: [center - reach, center + reach],
    pValue: Math.min(1, 2 * binomialCdf(Math.min(wins, losses), count, 0.5)),
  };
}
