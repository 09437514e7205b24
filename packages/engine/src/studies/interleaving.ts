/** Both methods in one list, in everyday use and with the listener's consent: which one do they turn to? */
import type { CreditKind, InterleavedSession, Track } from '@consonance/library';
import { type MethodName, recommend } from '@consonance/recommender';
import type { Random } from '@consonance/statistics';
import { type Preference, preference, teamDraft } from '@consonance/study';
import type { Consonance } from '../consonance.ts';
import { EngineError } from '../errors.ts';
import { recommenderOf } from '../method.ts';
import { refine } from '../refine.ts';
import { knownSeedsOf } from '../songs.ts';

/** Team a and team b. */
export const interleavedMethods: [MethodName, MethodName] = ['cosine', 'genre'];

const worth: Record<CreditKind, number> = { play: 1, like: 1, dislike: -1 };

/**
 * The songs of both methods in one list (team draft). Who gave which stays here.
 *
 * @throws EngineError NO_CONSENT, UNKNOWN_SONG
 */
export async function interleave(
  consonance: Consonance,
  {
    listener,
    seedIds,
    count,
    random,
  }: { listener: string; seedIds: readonly string[]; count: number; random: Random },
): Promise<{ sessionId: string; tracks: Track[] }> {
  const { studies } = consonance.library;
  if (!(await studies.hasConsent(listener))) {
    throw new EngineError('NO_CONSENT', `Expected the consent of "${listener}" but there is none.`);
  }
  const music = await consonance.music();
  const { catalogue, tracks, trackOf } = music;
  const seeds = knownSeedsOf(music, seedIds).map(({ id }) => id);
  const [a, b] = interleavedMethods.map((method) =>
    recommend(catalogue, recommenderOf(catalogue, { method }), seeds, {
      count,
      ...refine(catalogue, tracks, {}),
    }).map(({ id }) => id),
  ) as [string[], string[]];
  const songs = teamDraft(a, b, count, random);
  return {
    sessionId: await studies.addSession(listener, songs),
    tracks: songs.map(({ trackId }) => trackOf.get(trackId)!),
  };
}

/** Counts what the listener did for the method that gave the song. @throws EngineError UNKNOWN_SESSION */
export async function creditInterleaved(
  { library }: Consonance,
  sessionId: string,
  trackId: string,
  kind: CreditKind,
): Promise<void> {
  if (await library.studies.credit(sessionId, trackId, kind)) return;
  throw new EngineError(
    'UNKNOWN_SESSION',
    `Expected a song of a mixed list but received "${trackId}".`,
  );
}

/** Wins are lists in which team a got more credit than team b. */
export async function interleavingResult({ library }: Consonance): Promise<Preference> {
  return preference((await library.studies.sessions()).map(creditsOf));
}

function creditsOf({ songs, credits }: InterleavedSession): { a: number; b: number } {
  const sum = { a: 0, b: 0 };
  for (const { trackId, kind } of credits) {
    sum[songs.find((song) => song.trackId === trackId)!.team] += worth[kind];
  }
  return sum;
}
