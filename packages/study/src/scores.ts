import type { StudyPlan } from './plan.ts';
import type { ParticipantRecord } from './records.ts';

/** What a participant made of an arm's clips. */
export interface ArmScore {
  rated: number;
  liked: number;
  /** Liked clips of as many as the plan's first arm has songs, so that arms of any size compare; null unrated. */
  likes: number | null;
  /** Null unrated. */
  meanRating: number | null;
}

export interface ParticipantScores {
  id: string;
  number: number;
  /** By the name of the arm. */
  arms: Record<string, ArmScore>;
}

/** A clip of several arms counts for each of them; an attention check for none. */
export const scoreParticipant = (
  plan: StudyPlan,
  { id, number, clips }: ParticipantRecord,
): ParticipantScores => ({
  id,
  number,
  arms: Object.fromEntries(
    plan.arms.map(({ name }) => {
      const ratings = clips
        .filter(({ arms, attention }) => attention === undefined && arms.includes(name))
        .flatMap(({ rating }) => rating ?? []);
      const rated = ratings.length;
      const liked = ratings.filter((rating) => rating >= plan.likeFrom).length;
      return [
        name,
        {
          rated,
          liked,
          likes: rated === 0 ? null : (liked * plan.arms[0]!.songs) / rated,
          meanRating: rated === 0 ? null : ratings.reduce((sum, r) => sum + r, 0) / rated,
        },
      ];
    }),
  ),
});
