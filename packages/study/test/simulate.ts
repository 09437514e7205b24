/** Participants who do not exist, for the tests: their answers depend on arm, song and taste as stated. */
import { type Random, shuffled } from '@consonance/statistics';
import { normalQuantile } from '@consonance/statistics/inference';
import { assignClips, type ParticipantRecord, ratingRange, type StudyPlan } from '../src/index.ts';

export interface Simulation {
  plan: StudyPlan;
  participants: number;
  /** Log odds, or points, that an arm adds; 0 where left out. */
  appeal: Readonly<Record<string, number>>;
  /** Standard deviation of what a participant adds to all clips. */
  taste: number;
  /** Songs that an arm recommends from: the fewer, the more participants hear the same. */
  catalogue: number;
  random: Random;
}

const gaussian = (random: Random): number =>
  normalQuantile((1 + random() * 2 ** 32) / (2 ** 32 + 2));

/** All of them finish, listen long enough, and answer the attention checks as asked. */
export function simulate(simulation: Simulation): ParticipantRecord[] {
  const { plan, participants, random } = simulation;
  const songs = Array.from({ length: simulation.catalogue }, (_, i) => ({
    id: `song-${i}`,
    appeal: 0.5 * gaussian(random),
  }));
  const appealOf = new Map(songs.map(({ id, appeal }) => [id, appeal]));
  return Array.from({ length: participants }, (_, i) => {
    const taste = simulation.taste * gaussian(random);
    const clips = assignClips({
      plan,
      participantNumber: i + 1,
      recommendations: Object.fromEntries(
        plan.arms.map((arm) => [
          arm.name,
          shuffled(songs, random)
            .slice(0, arm.songs)
            .map(({ id }) => id),
        ]),
      ),
      seedIds: ['song-0'],
    });
    return {
      id: `P${String(i + 1).padStart(3, '0')}`,
      number: i + 1,
      startedAt: minute(2 * i),
      finishedAt: minute(2 * i + 12),
      clips: clips.map((clip) => {
        const arms = clip.arms.map((arm) => simulation.appeal[arm] ?? 0);
        const liking = taste + appealOf.get(clip.trackId)! + Math.max(...arms);
        return {
          ...clip,
          rating: clip.attention ?? rate(plan, liking, random),
          listenedSeconds: plan.minimumListenSeconds + Math.floor(random() * 15),
        };
      }),
    };
  });
}

function rate({ scale }: StudyPlan, liking: number, random: Random): number {
  if (scale === 'like') return Number(random() < 1 / (1 + Math.exp(-liking)));
  const [lowest, highest] = ratingRange(scale);
  const point = Math.round((lowest + highest) / 2 + liking + gaussian(random));
  return Math.min(highest, Math.max(lowest, point));
}

const minute = (after: number): string => new Date(Date.UTC(2026, 10, 24, 9, after)).toISOString();
