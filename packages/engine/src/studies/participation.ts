/** Taking part in a listening study. A participant is known by a secret that only their browser holds. */
import { timingSafeEqual } from 'node:crypto';
import { AudioError } from '@consonance/audio';
import type { StoredClip, StoredParticipant, Track } from '@consonance/library';
import { assignClips, ratingRange, type Scale, type StudyPlan } from '@consonance/study';
import type { Collection } from '../collection.ts';
import type { Consonance } from '../consonance.ts';
import { EngineError } from '../errors.ts';
import { seedsOf } from '../songs.ts';
import { listTracks } from '../track-list.ts';
import { songsOfArms, withheldSongs } from './arms.ts';
import { findStudy, type Study } from './experiment.ts';
import { hashed, hashedCode, newSecret, withdrawalCode } from './secrets.ts';

export type Phase = 'consent' | 'sound' | 'songs' | 'rating' | 'done' | 'closed';

/** All that a participant's page may know: nothing of where a clip comes from. */
export interface Participation {
  phase: Phase;
  title: string;
  consent: string;
  scale: Scale;
  seedCount: number;
  minimumListenSeconds: number;
  clipSeconds: number;
  /** 0 until the songs are chosen. */
  clipCount: number;
  clips: { clip: number; rated: number | null; instruction: string | null }[];
  /** The clip to rate next; null when none is left. */
  next: number | null;
  /** Deletes all that was given, from any browser. */
  withdrawalCode: string;
}

interface Known {
  participant: StoredParticipant;
  study: Study;
  clips: StoredClip[];
  phase: Phase;
}

/**
 * Takes an invitation, once; the browser that took it may come back with its secret.
 *
 * @returns the secret
 * @throws EngineError NOT_INVITED, INVITATION_USED, STUDY_CLOSED
 */
export async function enterStudy(
  consonance: Consonance,
  token: string,
  secret: string | undefined,
): Promise<string> {
  const { studies } = consonance.library;
  const tokenHash = hashed(token);
  const invited = await studies.byToken(tokenHash);
  if (!invited) throw notInvited();
  const own = secret === undefined ? undefined : await studies.bySecret(hashed(secret));
  if (own && timingSafeEqual(Buffer.from(own.tokenHash), Buffer.from(tokenHash))) return secret!;
  const { state } = await findStudy(consonance, invited.studyId);
  if (invited.startedAt === null && state !== 'open') throw studyClosed();
  const newOne = newSecret();
  const claimed = await studies.claim(tokenHash, {
    secretHash: hashed(newOne),
    withdrawalHash: hashedCode(withdrawalCode(newOne)),
  });
  if (claimed) return newOne;
  throw new EngineError(
    'INVITATION_USED',
    'This invitation was opened in another browser before: go on there, or ask for another one.',
  );
}

/** @throws EngineError NOT_INVITED, as all that follow */
export async function participationOf(
  consonance: Consonance,
  secret: string,
): Promise<Participation> {
  const { study, clips, phase } = await know(consonance, secret);
  const { title, consent, scale, seedCount, minimumListenSeconds, clipSeconds } = study.plan;
  return {
    phase,
    title,
    consent,
    scale,
    seedCount,
    minimumListenSeconds,
    clipSeconds,
    clipCount: clips.length,
    clips: clips.map(({ clip, rating, attention }) => ({
      clip,
      rated: rating,
      instruction: attention === null ? null : instruction(scale, attention),
    })),
    next: nextClip(clips),
    withdrawalCode: withdrawalCode(secret),
  };
}

function instruction(scale: Scale, answer: number): string {
  const asked = scale === 'like' ? (answer === 1 ? 'like' : 'dislike') : String(answer);
  return `This clip only checks attention: please answer “${asked}”, whatever you hear.`;
}

const nextClip = (clips: readonly StoredClip[]): number | null =>
  clips.find(({ rating }) => rating === null)?.clip ?? null;

/** Said again, as all that follows where an answer was lost on its way, it changes nothing. */
export async function giveConsent(consonance: Consonance, secret: string) {
  const { participant } = await know(consonance, secret, 'consent', 'sound', 'songs', 'rating');
  await consonance.library.studies.note(participant.id, 'consented_at');
}

export async function soundChecked(consonance: Consonance, secret: string) {
  const { participant } = await know(consonance, secret, 'sound', 'songs', 'rating');
  await consonance.library.studies.note(participant.id, 'sound_checked_at');
}

const mostFound = 50;

/** Songs to choose from. */
export async function searchSongs(
  consonance: Consonance,
  secret: string,
  text: string,
): Promise<Track[]> {
  const { study } = await know(consonance, secret, 'songs');
  const collection = await consonance.music();
  const withheld = withheldSongs(study.plan);
  const { tracks } = listTracks(collection, {
    search: text,
    status: 'analysed',
    sort: 'relevance',
    descending: false,
    offset: 0,
    limit: mostFound + withheld.size,
  });
  return tracks
    .filter(({ id }) => collection.catalogue.rowOf.has(id) && !withheld.has(id))
    .slice(0, mostFound);
}

/**
 * Takes the participant's songs and assigns the clips. It returns when all of them are encoded, so that
 * no clip takes longer to come than another.
 *
 * @throws EngineError WRONG_PHASE, BAD_OPTION, UNKNOWN_SONG, TOO_FEW_SONGS
 */
export async function chooseSongs(
  consonance: Consonance,
  secret: string,
  seedIds: readonly string[],
): Promise<void> {
  const { participant, study, phase } = await know(consonance, secret, 'songs', 'rating');
  if (phase === 'rating') return;
  const { plan } = study;
  if (seedIds.length !== plan.seedCount || new Set(seedIds).size !== plan.seedCount) {
    throw new EngineError(
      'BAD_OPTION',
      `Expected ${plan.seedCount} different songs for trackIds but received ${seedIds.length}.`,
    );
  }
  if (study.modelId !== consonance.modelId) {
    throw new EngineError(
      'STUDY_CLOSED',
      'This study recommends by another model than the library uses now: it has to wait.',
    );
  }
  const collection = await consonance.music();
  seedsOf(collection, seedIds);
  const withheld = seedIds.find((id) => withheldSongs(plan).has(id));
  if (withheld !== undefined) {
    throw new EngineError(
      'UNKNOWN_SONG',
      `Expected another song than "${withheld}": choose again.`,
    );
  }
  const number = await consonance.library.studies.takeNumber(participant);
  const clips = await assign(consonance, { plan, collection, seedIds, number });
  await consonance.library.studies.choose(
    participant.id,
    seedIds,
    clips.map((clip) => ({ attention: null, ...clip })),
  );
}

/** Songs that cannot be played are replaced by others. */
async function assign(
  consonance: Consonance,
  input: {
    plan: StudyPlan;
    collection: Collection;
    seedIds: readonly string[];
    number: number;
  },
) {
  const { plan, collection, seedIds, number } = input;
  const mostPlayed = await consonance.library.studies.mostPlayed();
  const unplayable = new Set<string>();
  for (;;) {
    const playableSeeds = seedIds.filter((id) => !unplayable.has(id));
    if (playableSeeds.length === 0) {
      throw new EngineError('UNKNOWN_SONG', 'None of these songs can be played: choose others.');
    }
    const clips = assignClips({
      plan,
      participantNumber: number,
      seedIds: playableSeeds,
      recommendations: songsOfArms({ ...input, exclude: unplayable, mostPlayed }),
    });
    const failed = await Promise.all(
      clips.map(({ trackId }) => isPlayable(trackId).then((ok) => (ok ? [] : [trackId]))),
    );
    if (failed.flat().length === 0) return clips;
    for (const id of failed.flat()) unplayable.add(id);
  }

  async function isPlayable(trackId: string): Promise<boolean> {
    try {
      await consonance.clips.clip(collection.trackOf.get(trackId)!, plan.clipSeconds);
      return true;
    } catch (error) {
      if (error instanceof AudioError && error.code !== 'NOT_WRITTEN') return false;
      throw error;
    }
  }
}

/**
 * Saves a rating; it is durable when this returns, and may be given again until the end.
 *
 * @throws EngineError WRONG_PHASE, STUDY_CLOSED, BAD_OPTION, TOO_EARLY
 */
export async function rateClip(
  consonance: Consonance,
  secret: string,
  rated: { clip: number; rating: number; listenedSeconds: number },
): Promise<void> {
  const { participant, study, clips } = await know(consonance, secret, 'rating');
  const { scale, minimumListenSeconds } = study.plan;
  const [lowest, highest] = ratingRange(scale);
  const { clip, rating, listenedSeconds } = rated;
  if (!Number.isInteger(rating) || rating < lowest || rating > highest) {
    const what = `a whole number from ${lowest} to ${highest}`;
    throw new EngineError('BAD_OPTION', `Expected ${what} for rating but received ${rating}.`);
  }
  if (listenedSeconds < minimumListenSeconds) {
    throw new EngineError('TOO_EARLY', `Listen for at least ${minimumListenSeconds} s first.`);
  }
  if (await consonance.library.studies.rate(participant.id, rated)) return;
  await know(consonance, secret, 'rating');
  const latest = nextClip(clips) ?? clips.length;
  throw new EngineError(
    'BAD_OPTION',
    `Expected a clip from 1 to ${latest} for clip but received ${clip}.`,
  );
}

/** @throws EngineError WRONG_PHASE when a clip is not rated, STUDY_CLOSED */
export async function finishStudy(consonance: Consonance, secret: string): Promise<void> {
  const { participant, phase } = await know(consonance, secret, 'rating', 'done');
  if (phase === 'done' || (await consonance.library.studies.finish(participant.id))) return;
  throw new EngineError('WRONG_PHASE', 'Expected a rating of every clip but some are missing.');
}

/** Deletes everything that the participant gave. */
export async function withdraw(consonance: Consonance, secret: string): Promise<void> {
  const { participant } = await know(consonance, secret);
  await consonance.library.studies.withdraw({ id: participant.id });
}

/** The same, for a code that was written down. */
export async function withdrawByCode({ library }: Consonance, code: string): Promise<void> {
  if (await library.studies.withdraw({ withdrawalHash: hashedCode(code) })) return;
  throw new EngineError('NOT_INVITED', 'Nothing is stored under this code.');
}

/**
 * The file of a clip: one that is rated, the next one, or the one after it, which a page may load ahead.
 *
 * @throws EngineError WRONG_PHASE, BAD_OPTION
 */
export async function clipFile(
  consonance: Consonance,
  secret: string,
  clip: number,
): Promise<string> {
  const { study, clips } = await know(consonance, secret, 'rating');
  const latest = (nextClip(clips) ?? clips.length) + 1;
  const wanted = clips.find((one) => one.clip === clip && clip <= latest);
  if (!wanted) throw new EngineError('BAD_OPTION', 'There is no such clip, or not yet.');
  return fileOf(consonance, wanted.trackId, study);
}

/** The file of a song's clip, to hear before choosing. @throws EngineError WRONG_PHASE, UNKNOWN_SONG */
export async function songFile(
  consonance: Consonance,
  secret: string,
  trackId: string,
): Promise<string> {
  const { study } = await know(consonance, secret, 'songs');
  seedsOf(await consonance.music(), [trackId]);
  return fileOf(consonance, trackId, study);
}

async function fileOf({ clips, library }: Consonance, trackId: string, { plan }: Study) {
  const [track] = await library.getTracks([trackId]);
  if (track) return clips.clip(track, plan.clipSeconds);
  throw new EngineError('UNKNOWN_SONG', 'The song of this clip is no longer in the library.');
}

/** The file of a sound to set the volume by. */
export async function soundCheckFile(consonance: Consonance, secret: string): Promise<string> {
  await know(consonance, secret);
  return consonance.clips.soundCheck();
}

/** @param phases one of which the participant must be in; any by default */
async function know(consonance: Consonance, secret: string, ...phases: Phase[]): Promise<Known> {
  const { studies } = consonance.library;
  const participant = await studies.bySecret(hashed(secret));
  if (!participant) throw notInvited();
  const study = await findStudy(consonance, participant.studyId);
  const clips = await studies.clips(participant.id);
  const phase = phaseOf(participant, study);
  if (phases.length === 0 || phases.includes(phase)) return { participant, study, clips, phase };
  if (phase === 'closed') throw studyClosed();
  throw new EngineError(
    'WRONG_PHASE',
    `Expected the phase ${phases.join(' or ')} but the participant is in ${phase}.`,
  );
}

function phaseOf(participant: StoredParticipant, { state }: Study): Phase {
  if (participant.finishedAt) return 'done';
  if (state !== 'open') return 'closed';
  if (!participant.consentedAt) return 'consent';
  if (!participant.soundCheckedAt) return 'sound';
  return participant.chosenAt ? 'rating' : 'songs';
}

export const notInvited = () =>
  new EngineError('NOT_INVITED', 'Open the link of your invitation first, in this browser.');

const studyClosed = () => new EngineError('STUDY_CLOSED', 'This study does not take ratings now.');
