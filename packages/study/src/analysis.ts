/** The analysis that the plan announced, and nothing else; pure, so a CSV of the ratings gives it again. */
import {
  fitGeeLogistic,
  holm,
  krippendorffAlpha,
  mean,
  pairedTPower,
  tQuantile,
  variance,
} from '@consonance/statistics/inference';
import { type Comparison, compareArms } from './compare.ts';
import { type Exclusion, exclusions } from './exclusions.ts';
import { toJson } from './json.ts';
import { planHash, ratingRange, type StudyPlan } from './plan.ts';
import type { ParticipantRecord } from './records.ts';
import { type ParticipantScores, scoreParticipant } from './scores.ts';

export interface ArmSummary {
  name: string;
  songs: number;
  participants: number;
  rated: number;
  liked: number;
  /** Mean over the participants of the likes of as many songs as the first arm has. */
  meanLikes: number | null;
  interval: [low: number | null, high: number | null];
  /** Ratings by value, from the lowest of the scale. */
  ratings: number[];
  /** Participants by the number of clips of the arm that they liked, from 0. */
  likedBy: number[];
}

/** An arm against the reference: the odds that a clip is liked. */
export interface OddsRatio {
  arm: string;
  ratio: number;
  interval: [low: number, high: number];
  pValue: number;
}

export interface ClipModel {
  reference: string;
  odds: OddsRatio[];
  /** Working correlation of two ratings of one participant. */
  correlation: number;
}

export interface Agreement {
  level: 'nominal' | 'ordinal';
  /** Krippendorff's; null where no song was rated by two participants. */
  alpha: number | null;
  /** Songs with two or more ratings. */
  songs: number;
  ratings: number;
}

export interface SecondaryComparison extends Comparison {
  /** Of the paired t-test, after Holm. */
  adjustedPValue: number | null;
}

export interface StudyReport {
  plan: StudyPlan;
  hash: string;
  participants: {
    entered: number;
    finished: number;
    analysed: number;
    exclusions: Exclusion[];
  };
  /** Likes are counted out of this many songs. */
  likesOf: number;
  arms: ArmSummary[];
  /** Of the analysed participants, in the order of entering. */
  scores: ParticipantScores[];
  primary: Comparison;
  /** All other pairs of arms. */
  secondary: SecondaryComparison[];
  /** The primary comparison with everyone who rated clips of both arms. */
  withoutExclusions: Comparison;
  /** That the primary test finds the smallest effect with the participants that it had. */
  power: number | null;
  /** Null where it has no finite solution: an arm of which all clips were liked, or none. */
  clipModel: ClipModel | null;
  agreement: Agreement;
}

/** @param records of everyone who entered and did not withdraw */
export function analyse(plan: StudyPlan, records: readonly ParticipantRecord[]): StudyReport {
  const inOrder = records.toSorted((a, b) => a.number - b.number);
  const excluded = exclusions(plan, inOrder);
  const out = new Set(excluded.flatMap(({ participants }) => participants));
  const analysed = inOrder.filter(({ id }) => !out.has(id));
  const scoresOf = (of: readonly ParticipantRecord[]) =>
    of.map((participant) => scoreParticipant(plan, participant));
  const scores = scoresOf(analysed);
  const primary = compareArms(plan, scores, plan.primary);
  const secondary = otherPairs(plan).map((pair) => compareArms(plan, scores, pair));
  const adjusted = holm(secondary.map(({ paired }) => paired.pValue ?? NaN));
  return {
    plan,
    hash: planHash(plan),
    participants: {
      entered: inOrder.length,
      finished: inOrder.filter(({ finishedAt }) => finishedAt !== null).length,
      analysed: analysed.length,
      exclusions: excluded,
    },
    likesOf: plan.arms[0]!.songs,
    arms: plan.arms.map(({ name, songs }) => summarizeArm(plan, name, songs, analysed, scores)),
    scores,
    primary,
    secondary: secondary.map((comparison, i) => ({
      ...comparison,
      adjustedPValue: toJson(adjusted[i]!),
    })),
    withoutExclusions: compareArms(plan, scoresOf(inOrder), plan.primary),
    power:
      primary.participants < 2
        ? null
        : pairedTPower(plan.smallestEffect, primary.participants, plan.alpha),
    clipModel: modelClips(plan, analysed),
    agreement: agreementOf(plan, analysed),
  };
}

function otherPairs({ arms, primary }: StudyPlan): [string, string][] {
  const names = arms.map(({ name }) => name);
  return names
    .flatMap((a, i) => names.slice(i + 1).map((b): [string, string] => [a, b]))
    .filter((pair) => !pair.every((name) => primary.includes(name)));
}

/** A participant's ratings of an arm. */
const ratingsOf = ({ clips }: ParticipantRecord, arm: string): number[] =>
  clips
    .filter(({ arms, attention }) => attention === undefined && arms.includes(arm))
    .flatMap(({ rating }) => rating ?? []);

function summarizeArm(
  plan: StudyPlan,
  name: string,
  songs: number,
  participants: readonly ParticipantRecord[],
  scores: readonly ParticipantScores[],
): ArmSummary {
  const rated = scores.map(({ arms }) => arms[name]!).filter((score) => score.rated > 0);
  const likes = rated.map((score) => score.likes!);
  const center = mean(likes);
  const reach =
    likes.length < 2
      ? NaN
      : tQuantile(1 - plan.alpha / 2, likes.length - 1) * Math.sqrt(variance(likes) / likes.length);
  const ratings = participants.flatMap((participant) => ratingsOf(participant, name));
  const [lowest, highest] = ratingRange(plan.scale);
  const count = (values: readonly number[], from: number, to: number): number[] =>
    Array.from({ length: to - from + 1 }, (_, i) => values.filter((v) => v === from + i).length);
  return {
    name,
    songs,
    participants: rated.length,
    rated: ratings.length,
    liked: rated.reduce((sum, { liked }) => sum + liked, 0),
    meanLikes: toJson(center),
    interval: toJson([center - reach, center + reach] as [number, number]),
    ratings: count(ratings, lowest, highest),
    likedBy: count(
      rated.map(({ liked }) => liked),
      0,
      songs,
    ),
  };
}

/** The first arm of the primary comparison is the reference; a participant's ratings are a cluster. */
function modelClips(plan: StudyPlan, participants: readonly ParticipantRecord[]): ClipModel | null {
  const reference = plan.primary[0];
  const others = plan.arms.map(({ name }) => name).filter((name) => name !== reference);
  const clusters = participants
    .map((participant) => {
      const answers = plan.arms.flatMap(({ name }) =>
        ratingsOf(participant, name).map((rating) => ({ name, liked: rating >= plan.likeFrom })),
      );
      return {
        rows: answers.map(({ name }) => [1, ...others.map((other) => Number(other === name))]),
        outcomes: answers.map(({ liked }) => liked),
      };
    })
    .filter(({ rows }) => rows.length > 0);
  const fit = clusters.length === 0 ? undefined : fitGeeLogistic(clusters, plan.alpha);
  if (!fit) return null;
  return {
    reference,
    correlation: fit.correlation,
    odds: others.map((arm, i) => ({
      arm,
      ratio: Math.exp(fit.coefficients[i + 1]!),
      interval: fit.intervals[i + 1]!.map(Math.exp) as [number, number],
      pValue: fit.pValues[i + 1]!,
    })),
  };
}

/** Songs are the units: those that several participants heard. */
function agreementOf(plan: StudyPlan, participants: readonly ParticipantRecord[]): Agreement {
  const rated = participants
    .flatMap(({ clips }) => clips)
    .filter(({ attention, rating }) => attention === undefined && rating !== null);
  const units = [...Map.groupBy(rated, ({ trackId }) => trackId).values()]
    .filter(({ length }) => length >= 2)
    .map((clips) => clips.map(({ rating }) => rating!));
  const level = plan.scale === 'like' ? 'nominal' : 'ordinal';
  return {
    level,
    alpha: toJson(krippendorffAlpha(units, level)),
    songs: units.length,
    ratings: units.flat().length,
  };
}
