import type { StudyPlan } from '@consonance/study';

/** A part of the form of a plan. */
export interface PlanPartProps {
  plan: StudyPlan;
  onChange: (part: Partial<StudyPlan>) => void;
}

/** A field of numbers that was emptied keeps its value until something is typed. */
export const numberOr = (otherwise: number, value: number | string): number =>
  typeof value === 'number' ? value : otherwise;
