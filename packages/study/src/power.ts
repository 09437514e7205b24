import { pairedTPower, pairedTSampleSize } from '@consonance/statistics/inference';
import type { StudyPlan } from './plan.ts';

export interface PowerAnalysis {
  /** The fewest that find the smallest effect with the power of the plan. */
  participants: number;
  /** Of as many participants as the plan says. */
  power: number;
}

/** Of the primary paired t-test, before the study begins. */
export const analysePower = (
  plan: Pick<StudyPlan, 'smallestEffect' | 'alpha' | 'power' | 'sampleSize'>,
): PowerAnalysis => ({
  participants: pairedTSampleSize(plan.smallestEffect, plan.alpha, plan.power),
  power: pairedTPower(plan.smallestEffect, plan.sampleSize, plan.alpha),
});
