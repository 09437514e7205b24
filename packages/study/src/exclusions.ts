/** Whose ratings the analysis leaves out, by the rules of the plan. */
import type { StudyPlan } from './plan.ts';
import type { ParticipantRecord } from './records.ts';

export type ExclusionRule = keyof StudyPlan['exclusions'];

type Holds = (participant: ParticipantRecord, plan: StudyPlan) => boolean;

const rules: Record<ExclusionRule, Holds> = {
  unfinished: ({ finishedAt, clips }) =>
    finishedAt === null || clips.some(({ rating }) => rating === null),
  failedAttention: ({ clips }) =>
    clips.some(
      ({ attention, rating }) => attention !== undefined && rating !== null && rating !== attention,
    ),
  sameAnswerThroughout: ({ clips }) => {
    const ratings = clips
      .filter(({ attention, rating }) => attention === undefined && rating !== null)
      .map(({ rating }) => rating);
    return ratings.length > 1 && new Set(ratings).size === 1;
  },
  fasterThanMinimumListen: ({ clips }, { minimumListenSeconds }) =>
    clips.some(
      ({ rating, listenedSeconds }) => rating !== null && listenedSeconds < minimumListenSeconds,
    ),
};

export interface Exclusion {
  rule: ExclusionRule;
  /** Pseudonyms; a participant may stand under several rules. */
  participants: string[];
}

/** Of the rules that the plan applies, in its order. */
export const exclusions = (
  plan: StudyPlan,
  participants: readonly ParticipantRecord[],
): Exclusion[] =>
  (Object.keys(rules) as ExclusionRule[])
    .filter((rule) => plan.exclusions[rule])
    .map((rule) => ({
      rule,
      participants: participants
        .filter((participant) => rules[rule](participant, plan))
        .map(({ id }) => id),
    }));
