/** The songs that the arms of a study give a participant. */
import { recommend } from '@consonance/recommender';
import { seededRandom, shuffled } from '@consonance/statistics';
import type { Arm, StudyPlan } from '@consonance/study';
import type { Collection } from '../collection.ts';
import { EngineError } from '../errors.ts';
import { recommenderOf } from '../method.ts';
import { refine } from '../refine.ts';

export interface ArmInput {
  plan: StudyPlan;
  collection: Collection;
  /** The participant's songs; no arm gives one of them. */
  seedIds: readonly string[];
  /** Further songs that no arm may give. */
  exclude: ReadonlySet<string>;
  /** Ids of all songs that were ever played, the most played first. */
  mostPlayed: readonly string[];
  /** Of the participant: decides what a random arm gives. */
  number: number;
}

/**
 * The songs of each arm, by its name.
 *
 * @throws EngineError TOO_FEW_SONGS
 */
export function songsOfArms(input: ArmInput): Record<string, string[]> {
  return Object.fromEntries(
    input.plan.arms.map((arm, index) => {
      const songs = songsOf(arm, input, index);
      if (songs.length === arm.songs) return [arm.name, songs];
      throw new EngineError(
        'TOO_FEW_SONGS',
        'The library holds too few songs that go with these: choose others.',
      );
    }),
  );
}

function songsOf({ source, songs }: Arm, input: ArmInput, index: number): string[] {
  const { plan, collection, seedIds, exclude, mostPlayed, number } = input;
  const { catalogue, tracks } = collection;
  const isFree = (id: string) =>
    catalogue.rowOf.has(id) && !seedIds.includes(id) && !exclude.has(id);
  switch (source.kind) {
    case 'method': {
      const method = source.method === 1 ? 'cosine' : 'genre';
      const recommender = recommenderOf(catalogue, { method, variant: source.variant });
      const options = { count: songs, exclude: [...exclude], ...refine(catalogue, tracks, {}) };
      return recommend(catalogue, recommender, seedIds, options).map(({ id }) => id);
    }
    case 'random': {
      const random = seededRandom((plan.seed + 7919 * number + 104_729 * index) % 2 ** 32);
      return shuffled(catalogue.ids.filter(isFree), random).slice(0, songs);
    }
    case 'popularity':
      return mostPlayed.filter(isFree).slice(0, songs);
    case 'set':
      return source.trackIds.filter(isFree).slice(0, songs);
  }
}

/**
 * Songs that a participant cannot choose, because a set of the plan has none to spare for them.
 * A set of `seedCount` songs more than are played leaves every song free.
 */
export function withheldSongs({ arms, seedCount }: StudyPlan): ReadonlySet<string> {
  return new Set(
    arms.flatMap(({ source, songs }) =>
      source.kind === 'set' && source.trackIds.length < songs + seedCount ? source.trackIds : [],
    ),
  );
}

/** @throws EngineError naming what the library lacks for this plan */
export function checkLibrary(
  { arms, seedCount }: StudyPlan,
  { catalogue }: Collection,
  mostPlayed: readonly string[],
): void {
  for (const { name, source, songs } of arms) {
    const needed = songs + seedCount;
    if (source.kind === 'set') {
      const unknown = source.trackIds.find((id) => !catalogue.rowOf.has(id));
      if (unknown === undefined) continue;
      throw new EngineError(
        'UNKNOWN_SONG',
        `Expected ids of analysed songs for arm "${name}" but received "${unknown}".`,
      );
    }
    const isPlayed = source.kind === 'popularity';
    const available = isPlayed
      ? mostPlayed.filter((id) => catalogue.rowOf.has(id)).length
      : catalogue.size;
    if (available >= needed) continue;
    const what = isPlayed ? 'songs that somebody has played' : 'analysed songs';
    throw new EngineError(
      'TOO_FEW_SONGS',
      `Expected at least ${needed} ${what} for arm "${name}" but the library has ${available}.`,
    );
  }
}
