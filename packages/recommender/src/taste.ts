import type { Catalogue } from './catalogue.ts';
import { type Cluster, clustersOf, nearestOf } from './clusters.ts';
import { expectCount, expectOption, expectShare, withDefaults } from './options.ts';
import type { Reason } from './reasons.ts';
import type { Recommender } from './recommender.ts';
import { rowScorerOf } from './row-scorer.ts';
import { embeddingSpace, pointOf, type Space } from './space.ts';
import { clampCosine, dot, sum } from './vectors.ts';

/** Something a listener did. */
export interface ListenEvent {
  songId: string;
  kind: 'play' | 'skip' | 'like' | 'dislike';
  /** Unix time in seconds. */
  at: number;
  /** How much of the song was heard, in [0, 1]. Default: all of a play, nothing of a skip. */
  share?: number;
}

/** One of the things a listener likes, or dislikes. */
export interface Interest extends Cluster {
  /** The song at its centre. */
  centreRow: number;
  /** Share of the weight of all interests, in [0, 1]. */
  share: number;
  /** Sum of the weights w as w / (1 + w), in [0, 1): one fresh dislike 0.5, many near 1. */
  strength: number;
}

/** What a listening history says, all of it relative to one moment. */
export interface Taste {
  space: Space;
  interests: Interest[];
  aversions: Interest[];
  /** Rows with any event. */
  known: ReadonlySet<number>;
  /** Rows that the listener is against more than for. */
  disliked: ReadonlySet<number>;
  /** Ids of events that the library does not hold. */
  unknownIds: string[];
}

export interface TasteOptions {
  /** Unix time in seconds that ages are counted from; later events count as fresh. */
  now: number;
  /** Uniform numbers in [0, 1). */
  random: () => number;
  /** After so many days an event counts half. */
  halfLifeDays?: number;
  /** At most so many interests, and so many aversions. */
  maximumInterests?: number;
}

/** What an event counts for when it is fresh. */
const eventWeight = ({ kind, share }: ListenEvent): number =>
  ({ play: share ?? 1, skip: -0.5 * (1 - (share ?? 0)), like: 2, dislike: -2 })[kind];

const secondsPerDay = 86_400;

/**
 * A listener's taste. Events of one song add up, decayed by their age, and many plays of one song
 * count logarithmically; the songs that come out positive are split into interests, the negative
 * ones into aversions, so that no average of unlike songs is ever looked for (as in PinnerSage, Pal
 * et al. 2020).
 *
 * @throws RecommenderError BAD_OPTION naming a time, share or option out of range.
 */
export function tasteFrom(
  catalogue: Catalogue,
  events: readonly ListenEvent[],
  options: TasteOptions,
  space: Space = embeddingSpace(catalogue),
): Taste {
  const { now, random, halfLifeDays, maximumInterests } = withDefaults<Required<TasteOptions>>(
    { now: 0, random: Math.random, halfLifeDays: 180, maximumInterests: 8 },
    options,
  );
  expectOption(Number.isFinite(now), 'a finite number', 'now', now);
  expectOption(halfLifeDays > 0, 'a number above 0', 'halfLifeDays', halfLifeDays);
  expectCount('maximumInterests', maximumInterests);
  const weightOf = new Map<number, number>();
  const unknownIds = new Set<string>();
  for (const event of events) {
    expectOption(Number.isFinite(event.at), 'a finite time', `song "${event.songId}"`, event.at);
    if (event.share !== undefined) expectShare(`share of song "${event.songId}"`, event.share);
    const row = catalogue.rowOf.get(event.songId);
    if (row === undefined) {
      unknownIds.add(event.songId);
      continue;
    }
    const ageDays = Math.max(0, now - event.at) / secondsPerDay;
    const weight = eventWeight(event) * 2 ** (-ageDays / halfLifeDays);
    weightOf.set(row, (weightOf.get(row) ?? 0) + weight);
  }
  const interests = (sign: 1 | -1): Interest[] => {
    const songs = [...weightOf].filter(([, weight]) => weight * sign > 0).sort(([a], [b]) => a - b);
    const clusters = clustersOf(
      space,
      songs.map(([row]) => row),
      songs.map(([, weight]) => Math.log1p(weight * sign)),
      maximumInterests,
      random,
    );
    const total = sum(clusters.map(({ weights }) => sum(weights)));
    return clusters
      .map((cluster) => {
        const points = cluster.rows.map((row) => pointOf(space, row));
        const weight = sum(cluster.weights);
        return {
          ...cluster,
          centreRow: cluster.rows[nearestOf(points, cluster.centre).index]!,
          share: weight / total,
          strength: weight / (1 + weight),
        };
      })
      .sort((a, b) => b.share - a.share);
  };
  return {
    space,
    interests: interests(1),
    aversions: interests(-1),
    known: new Set(weightOf.keys()),
    disliked: new Set([...weightOf].filter(([, weight]) => weight < 0).map(([row]) => row)),
    unknownIds: [...unknownIds],
  };
}

/** How much the nearest aversion of full strength takes from a score. */
const dislikeWeight = 0.3;

/** Scores of all songs by taste, one number per row, in [-1, 1]. */
export interface TasteScores {
  /** For each interest: similarity less what the nearest aversion takes. */
  byInterest: Float32Array[];
  /** For the interest that suits the song best. */
  best: Float32Array;
}

/** @param taste with at least one interest. */
export function tasteScores({ space, interests, aversions }: Taste): TasteScores {
  const similarities = rowScorerOf(space)();
  const away = new Float32Array(space.size);
  for (const { centre, strength } of aversions) {
    similarities(centre).forEach((x, row) => {
      away[row] = Math.min(away[row]!, -dislikeWeight * strength * x);
    });
  }
  const byInterest = interests.map(({ centre }) =>
    similarities(centre).map((x, row) => clampCosine(x + away[row]!)),
  );
  const best = byInterest.reduce((a, b) => a.map((x, row) => Math.max(x, b[row]!)));
  return { byInterest, best };
}

/** What the history gave to a song's score, scaled by `share`; nothing without interests. */
export function historyReason(
  catalogue: Catalogue,
  taste: Taste,
  row: number,
  share = 1,
): Extract<Reason, { kind: 'history' }>[] {
  const { space, interests, aversions } = taste;
  if (interests.length === 0) return [];
  const point = pointOf(space, row);
  const { index, similarity } = nearestOf(
    interests.map(({ centre }) => centre),
    point,
  );
  const interest = interests[index]!;
  return [
    {
      kind: 'history',
      interestId: catalogue.ids[interest.centreRow]!,
      interestShare: interest.share,
      part: share * similarity,
      dislikePart: Math.min(
        0,
        ...aversions.map(
          ({ centre, strength }) => -share * dislikeWeight * strength * dot(centre, point),
        ),
      ),
    },
  ];
}

/**
 * A recommender that also listens to the history: `(1 - share) * its score + share * taste score`.
 *
 * @param share in [0, 1].
 */
export function personalise(
  catalogue: Catalogue,
  recommender: Recommender,
  taste: Taste,
  share = 0.3,
): Recommender {
  expectShare('share', share);
  if (taste.interests.length === 0) return recommender;
  const added = tasteScores(taste).best;
  const { best: _, prepare: __, ...rest } = recommender;
  return {
    ...rest,
    score: (profile) =>
      recommender.score(profile).map((score, row) => (1 - share) * score + share * added[row]!),
    explain: (profile, row) => [
      ...(recommender.explain?.(profile, row) ?? []).map((reason) => scaled(reason, 1 - share)),
      ...historyReason(catalogue, taste, row, share),
    ],
  };
}

/** A reason whose parts are a share of what they were. */
function scaled(reason: Reason, factor: number): Reason {
  switch (reason.kind) {
    case 'seed-parts': {
      const parts = reason.parts.map(({ seedId, part }) => ({ seedId, part: part * factor }));
      return { ...reason, parts };
    }
    case 'genre-parts': {
      const parts = reason.parts.map(({ label, part }) => ({ label, part: part * factor }));
      return { ...reason, embeddingPart: reason.embeddingPart * factor, parts };
    }
    case 'hubness':
      return { ...reason, part: reason.part * factor };
    default:
      return reason;
  }
}
