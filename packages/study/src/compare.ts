/** Two arms against each other, by participants. */
import { seededRandom } from '@consonance/statistics';
import {
  cohensDz,
  type EffectSize,
  mean,
  pairedTTest,
  type PermutationTest,
  pooledTTest,
  signPermutationTest,
  signedRankTest,
  type SignedRankTest,
  type TTest,
  welchTTest,
} from '@consonance/statistics/inference';
import { type Json, toJson } from './json.ts';
import type { StudyPlan } from './plan.ts';
import type { ParticipantScores } from './scores.ts';

/** Differences are of the first arm minus the second; null where the data have no value. */
export interface Comparison {
  arms: [string, string];
  /** With ratings of both arms. */
  participants: number;
  /** Likes, as the scores have them. */
  means: [number | null, number | null];
  /** The test that decides. */
  paired: Json<TTest>;
  welch: Json<TTest>;
  pooled: Json<TTest>;
  wilcoxon: Json<SignedRankTest>;
  permutation: Json<PermutationTest>;
  effect: Json<EffectSize>;
  /** Paired t-test of mean ratings, on a scale of points. */
  ratings: Json<TTest> | null;
}

export function compareArms(
  plan: StudyPlan,
  participants: readonly ParticipantScores[],
  arms: [string, string],
): Comparison {
  const both = participants.filter((scores) => arms.every((arm) => scores.arms[arm]!.rated > 0));
  const [a, b] = arms.map((arm) => both.map((scores) => scores.arms[arm]!.likes!)) as [
    number[],
    number[],
  ];
  const [ratingsA, ratingsB] = arms.map((arm) =>
    both.map((scores) => scores.arms[arm]!.meanRating!),
  ) as [number[], number[]];
  const likes = differences(a, b);
  return {
    arms,
    participants: both.length,
    means: toJson([mean(a), mean(b)] as [number, number]),
    paired: toJson(pairedTTest(likes, plan.alpha)),
    welch: toJson(welchTTest(a, b, plan.alpha)),
    pooled: toJson(pooledTTest(a, b, plan.alpha)),
    wilcoxon: toJson(signedRankTest(likes)),
    permutation: toJson(signPermutationTest(likes, seededRandom(plan.seed))),
    effect: toJson(cohensDz(likes, plan.alpha)),
    ratings:
      plan.scale === 'like'
        ? null
        : toJson(pairedTTest(differences(ratingsA, ratingsB), plan.alpha)),
  };
}

/** Without the noise of rounding, which would break ties between ranks. */
const differences = (a: readonly number[], b: readonly number[]): number[] =>
  a.map((value, i) => Math.round((value - b[i]!) * 1e9) / 1e9);
