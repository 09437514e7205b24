/** Which clips a participant hears, and in which order; nothing about the order tells the arms apart. */
import { createHash } from 'node:crypto';
import { integerBelow, pick, seededRandom, shuffled, type Random } from '@consonance/statistics';
import { StudyError } from './errors.ts';
import { ratingRange, type StudyPlan } from './plan.ts';

export interface AssignedClip {
  /** Position, from 1. */
  clip: number;
  trackId: string;
  /** Names of all arms that recommended it; empty for an attention check. */
  arms: string[];
  /** The answer that an attention check asks for, on the plan's scale. */
  attention?: number;
}

export interface AssignmentInput {
  plan: StudyPlan;
  /** From 1, in the order of entering. */
  participantNumber: number;
  /** For each arm, exactly as many different songs as the plan says. */
  recommendations: Readonly<Record<string, readonly string[]>>;
  /** The participant's own songs; the attention check plays one of them. */
  seedIds: readonly string[];
}

/**
 * The clips come in blocks in which every arm has its share. The order in a block is a row of a Williams
 * design (Williams 1949), so over as many consecutive participants as the design has rows every arm stands
 * at every position equally often, and follows every other one equally often within a block. Which row
 * a participant gets is drawn anew for each block, which song of an arm comes when is shuffled. A song of
 * several arms is played once, at the place of one of them (drawn), and counts for all.
 *
 * @returns the same clips for the same input
 * @throws StudyError BAD_RECOMMENDATIONS
 */
export function assignClips(input: AssignmentInput): AssignedClip[] {
  const { plan, participantNumber, recommendations, seedIds } = input;
  checkRecommendations(plan, recommendations);
  const random = randomFor(plan.seed, 'participant', participantNumber);
  const songs = new Map(
    plan.arms.map(({ name }) => [name, shuffled(recommendations[name]!, random)]),
  );
  const places = armOrder(plan, participantNumber).map((arm) => ({
    arm,
    trackId: songs.get(arm)!.pop()!,
  }));
  const merged = [...Map.groupBy(places.keys(), (place) => places[place]!.trackId)]
    .map(([trackId, at]) => ({
      place: pick(random, at),
      trackId,
      arms: plan.arms
        .map(({ name }) => name)
        .filter((name) => at.some((i) => places[i]!.arm === name)),
    }))
    .sort((a, b) => a.place - b.place)
    .map(({ trackId, arms }): Omit<AssignedClip, 'clip'> => ({ trackId, arms }));
  // Blocks with a gap are no longer balanced; beginning anywhere, every clip stands everywhere again.
  const first = merged.length < places.length ? integerBelow(random, merged.length) : 0;
  const clips = [...merged.slice(first), ...merged.slice(0, first)];
  for (let check = 0; check < plan.attentionChecks; check++) {
    const [lowest, highest] = ratingRange(plan.scale);
    const attention = pick(random, [lowest, highest]);
    // Not first: the participant should know what a clip is.
    clips.splice(1 + integerBelow(random, clips.length), 0, {
      trackId: pick(random, seedIds),
      arms: [],
      attention,
    });
  }
  return clips.map((clip, i) => ({ clip: i + 1, ...clip }));
}

/** The arm at each position, before songs of several arms are merged. */
function armOrder(plan: StudyPlan, participantNumber: number): string[] {
  const blocks = plan.arms.map(({ songs }) => songs).reduce(greatestCommonDivisor);
  const block = plan.arms.flatMap(({ name, songs }) => Array<string>(songs / blocks).fill(name));
  const rows = williamsDesign(block.length);
  const cycle = Math.floor((participantNumber - 1) / rows.length);
  return Array.from({ length: blocks }, (_, i) => i).flatMap((i) => {
    const random = randomFor(plan.seed, 'block', cycle, i);
    const labels = shuffled(block, random);
    const row = shuffled(rows, random)[(participantNumber - 1) % rows.length]!;
    return row.map((treatment) => labels[treatment]!);
  });
}

/**
 * Rows of a Latin square that is balanced for first-order carry-over: `size` rows where it is even, twice
 * as many (with the mirrored rows) where it is odd.
 */
export function williamsDesign(size: number): number[][] {
  const first = Array.from({ length: size }, (_, i) =>
    i % 2 === 1 ? (i + 1) / 2 : (size - i / 2) % size,
  );
  const rows = first.map((_, shift) => first.map((treatment) => (treatment + shift) % size));
  return size % 2 === 0 ? rows : [...rows, ...rows.map((row) => row.toReversed())];
}

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b);

/** An independent stream of random numbers for each purpose. */
function randomFor(seed: number, ...purpose: (string | number)[]): Random {
  const digest = createHash('sha256')
    .update([seed, ...purpose].join(' '))
    .digest();
  return seededRandom(digest.readUInt32LE(0));
}

function checkRecommendations(
  plan: StudyPlan,
  recommendations: Readonly<Record<string, readonly string[]>>,
): void {
  for (const { name, songs } of plan.arms) {
    const received = recommendations[name] ?? [];
    if (received.length !== songs || new Set(received).size !== songs)
      throw new StudyError(
        'BAD_RECOMMENDATIONS',
        `Expected ${songs} different songs for arm "${name}" but received ${received.length}, ` +
          `${new Set(received).size} of them different.`,
      );
  }
}
