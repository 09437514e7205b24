import { type Catalogue, genresOf } from './catalogue.ts';
import { expectCount, expectOption, expectShare, withDefaults } from './options.ts';
import { foldName, type Song, versionKey } from './song.ts';
import { similarity, type Space } from './space.ts';

/** A song on its way to being recommended. */
export interface Candidate {
  readonly row: number;
  readonly score: number;
  /** Rows that this one stands for. */
  readonly collapsed?: readonly number[];
}

/** Whether a song may be recommended at all. */
export type Filter = (row: number) => boolean;

/** Candidates in, best first, candidates out. Steps are pure and hold no chance. */
export type Step = <C extends Candidate>(
  candidates: readonly C[],
  context: {
    /** Rows of the seeds. */
    readonly seeds: readonly number[];
    /** Songs wanted in the end. */
    readonly count: number;
  },
) => readonly C[];

export const unchanged: Step = (candidates) => candidates;

/** The steps one after the other. */
export const pipeline =
  (...steps: readonly Step[]): Step =>
  (candidates, context) =>
    steps.reduce((remaining, step) => step(remaining, context), candidates);

/** Longer than any song but not than a mix, an audiobook or a whole album in one file. */
export const longMixSeconds = 20 * 60;

/**
 * Keeps the songs whose duration lies between the two; songs of unknown duration stay. By default
 * only long mixes go.
 *
 * @param songs one per row of the catalogue.
 */
export function filterDuration(
  songs: readonly Song[],
  options: { minimumSeconds?: number; maximumSeconds?: number } = {},
): Filter {
  const { minimumSeconds, maximumSeconds } = withDefaults(
    { minimumSeconds: 0, maximumSeconds: longMixSeconds },
    options,
  );
  expectOption(minimumSeconds >= 0, 'a number of at least 0', 'minimumSeconds', minimumSeconds);
  expectOption(
    maximumSeconds >= minimumSeconds,
    `a number of at least ${minimumSeconds}`,
    'maximumSeconds',
    maximumSeconds,
  );
  return (row) => {
    const seconds = songs[row]?.durationSeconds;
    return seconds === undefined || (seconds >= minimumSeconds && seconds <= maximumSeconds);
  };
}

/** Keeps the songs that hold one of the genres at least this probable. */
export function filterGenres(
  catalogue: Catalogue,
  labels: readonly string[],
  minimumProbability = 0.5,
): Filter {
  expectShare('minimumProbability', minimumProbability);
  const columns = labels.map((label) => {
    const column = catalogue.labels.indexOf(label);
    expectOption(column >= 0, `one of ${catalogue.labels.join(', ')}`, 'genre', label);
    return column;
  });
  return (row) => {
    const genres = genresOf(catalogue, row);
    return columns.some((column) => genres[column]! >= minimumProbability);
  };
}

/** Keeps the best `cap` songs of each key; songs without a key stay. */
function capPer(keyOf: (row: number) => string | undefined, cap: number): Step {
  expectCount('cap', cap);
  return (candidates) => {
    const seen = new Map<string, number>();
    return candidates.filter(({ row }) => {
      const key = keyOf(row);
      if (!key) return true;
      seen.set(key, (seen.get(key) ?? 0) + 1);
      return seen.get(key)! <= cap;
    });
  };
}

/** At most `cap` songs of one artist. @param songs one per row. */
export const capArtists = (songs: readonly Song[], cap: number): Step =>
  capPer((row) => foldName(songs[row]?.artist ?? ''), cap);

/** At most `cap` songs of one album; albums of one name by two artists are two. */
export const capAlbums = (songs: readonly Song[], cap: number): Step =>
  capPer((row) => {
    const { album, artist = '' } = songs[row] ?? {};
    return album && `${foldName(artist)}\n${foldName(album)}`;
  }, cap);

export interface CollapseOptions {
  /** From this similarity on, two songs of like duration are the same recording. */
  minimumSimilarity?: number;
  /** Durations that differ by no more than this are alike. */
  toleranceSeconds?: number;
}

/**
 * Keeps the best of each set of versions (same artist and title but for brackets and guests) and
 * near-duplicates (similarity and duration), which lists the others as `collapsed`. Versions of a
 * seed go.
 *
 * @param songs one per row.
 */
export function collapseVersions(
  space: Space,
  songs: readonly Song[],
  options: CollapseOptions = {},
): Step {
  const { minimumSimilarity, toleranceSeconds } = withDefaults(
    { minimumSimilarity: 0.99, toleranceSeconds: 2 },
    options,
  );
  expectShare('minimumSimilarity', minimumSimilarity);
  expectOption(toleranceSeconds > 0, 'a number above 0', 'toleranceSeconds', toleranceSeconds);
  return (candidates, { seeds }) => {
    /** Kept rows by version and, for speed, by duration: only neighbouring buckets can be alike. */
    const byVersion = new Map<string, number>();
    const byDuration = new Map<number, number[]>();
    const collapsed = new Map<number, number[]>();
    const secondsOf = (row: number) => songs[row]?.durationSeconds;
    const bucketOf = (seconds: number) => Math.floor(seconds / toleranceSeconds);
    const versionOf = (row: number) => versionKey(songs[row] ?? {}) ?? '';
    const sameAs = (row: number, key: string): number | undefined => {
      const version = byVersion.get(key);
      const seconds = secondsOf(row);
      if (version !== undefined || seconds === undefined) return version;
      return [-1, 0, 1]
        .flatMap((step) => byDuration.get(bucketOf(seconds) + step) ?? [])
        .find(
          (other) =>
            Math.abs(secondsOf(other)! - seconds) <= toleranceSeconds &&
            similarity(space, row, other) >= minimumSimilarity,
        );
    };
    const remember = (row: number, key: string) => {
      if (key) byVersion.set(key, row);
      const seconds = secondsOf(row);
      if (seconds === undefined) return;
      const bucket = bucketOf(seconds);
      byDuration.set(bucket, [...(byDuration.get(bucket) ?? []), row]);
    };
    for (const row of seeds) remember(row, versionOf(row));
    const kept = candidates.filter(({ row }) => {
      const key = versionOf(row);
      const same = sameAs(row, key);
      if (same === undefined) remember(row, key);
      else collapsed.set(same, [...(collapsed.get(same) ?? []), row]);
      return same === undefined;
    });
    return kept.map((candidate) => {
      const others = collapsed.get(candidate.row);
      return others
        ? { ...candidate, collapsed: [...(candidate.collapsed ?? []), ...others] }
        : candidate;
    });
  };
}

/**
 * Maximal marginal relevance (Carbonell and Goldstein 1998): each next song is the one with the
 * highest `relevance * score - (1 - relevance) * similarity to the nearest song chosen before`.
 * The last step, since it stops at the number of songs wanted.
 *
 * @param relevance in [0, 1]; at 1 the order stays as it is.
 */
export function diversify(space: Space, relevance: number): Step {
  expectShare('relevance', relevance);
  return (candidates, { count }) => {
    const remaining = candidates.map((candidate) => ({ candidate, nearest: 0 }));
    const chosen = [];
    while (chosen.length < count && remaining.length > 0) {
      const value = ({ candidate, nearest }: (typeof remaining)[number]) =>
        relevance * candidate.score - (1 - relevance) * nearest;
      let best = 0;
      for (let i = 1; i < remaining.length; i++) {
        if (value(remaining[i]!) > value(remaining[best]!)) best = i;
      }
      const [{ candidate }] = remaining.splice(best, 1) as [(typeof remaining)[number]];
      chosen.push(candidate);
      for (const other of remaining) {
        const near = similarity(space, other.candidate.row, candidate.row);
        other.nearest = chosen.length === 1 ? near : Math.max(other.nearest, near);
      }
    }
    return chosen;
  };
}
