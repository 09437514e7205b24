import { randomUUID } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import { type Database, transact } from './database.ts';
import { listenerName } from './listening.ts';
import type { Schema } from './schema.ts';
import { storable } from './text.ts';
import { newTrackId } from './tracks.ts';

/** A listening study. */
export interface StoredStudy {
  id: string;
  /** As it was saved; who reads it checks it. */
  plan: unknown;
  /** Of the plan, and the model that recommends; null before the study opened. */
  planHash: string | null;
  modelId: string | null;
  createdAt: Date;
  openedAt: Date | null;
  closedAt: Date | null;
}

/** Somebody who was invited. Secrets are the caller's to hash: what comes here is compared as it is. */
export interface StoredParticipant {
  /** Pseudonym. */
  id: string;
  studyId: string;
  tokenHash: string;
  /** From 1, in the order of choosing songs; null before. */
  number: number | null;
  seedIds: string[];
  /** When the invitation was taken, and so on; null before. */
  startedAt: Date | null;
  consentedAt: Date | null;
  soundCheckedAt: Date | null;
  chosenAt: Date | null;
  finishedAt: Date | null;
}

export interface StoredClip {
  /** Position, from 1. */
  clip: number;
  trackId: string;
  arms: string[];
  /** The answer that a check of attention asks for. */
  attention: number | null;
  rating: number | null;
  listenedSeconds: number;
}

/** Numbers of participants, and of their ratings. */
export interface StudyCounts {
  invited: number;
  started: number;
  finished: number;
  withdrawn: number;
  ratings: number;
}

/** A recommendation in everyday use that two methods made together. */
export interface InterleavedSong {
  trackId: string;
  team: 'a' | 'b';
}

export interface InterleavedSession {
  songs: InterleavedSong[];
  credits: { trackId: string; kind: CreditKind }[];
}

export type CreditKind = Schema['interleaving_credits']['kind'];

/** Listening studies with what their participants gave. Every change is durable when it is done. */
export class StudyStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async add(plan: unknown): Promise<StoredStudy> {
    const row = await this.#db
      .insertInto('studies')
      .values({ id: newTrackId(), plan: planJson(plan) })
      .returningAll()
      .executeTakeFirstOrThrow();
    return toStudy(row);
  }

  /** The latest first. */
  async list(): Promise<StoredStudy[]> {
    const rows = await this.#db
      .selectFrom('studies')
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('id')
      .execute();
    return rows.map(toStudy);
  }

  async find(id: string): Promise<StoredStudy | undefined> {
    const row = await this.#db
      .selectFrom('studies')
      .selectAll()
      .where('id', '=', storable(id))
      .executeTakeFirst();
    return row && toStudy(row);
  }

  /** @returns false when the study is no draft (any more) */
  async setPlan(id: string, plan: unknown): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('studies')
      .set({ plan: planJson(plan) })
      .where('id', '=', storable(id))
      .where('opened_at', 'is', null)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  /** Freezes the plan. @returns false when the study is no draft (any more) */
  async open(
    id: string,
    frozen: { plan: unknown; planHash: string; modelId: string },
  ): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('studies')
      .set({
        plan: planJson(frozen.plan),
        plan_hash: frozen.planHash,
        model_id: frozen.modelId,
        opened_at: new Date(),
      })
      .where('id', '=', storable(id))
      .where('opened_at', 'is', null)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  /** @returns false when the study is not open */
  async close(id: string): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('studies')
      .set({ closed_at: new Date() })
      .where('id', '=', storable(id))
      .where('opened_at', 'is not', null)
      .where('closed_at', 'is', null)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  /** With all that participants gave. @returns false when there is none of this id */
  async remove(id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('studies')
      .where('id', '=', storable(id))
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }

  async invite(studyId: string, tokenHashes: readonly string[]): Promise<void> {
    await this.#db
      .insertInto('study_participants')
      .values(
        tokenHashes.map((hash) => ({ id: randomUUID(), study_id: studyId, token_hash: hash })),
      )
      .execute();
  }

  async counts(studyId: string): Promise<StudyCounts> {
    const { rows } = await sql<Record<keyof StudyCounts, string | number>>`
      select count(study_participants.id) + studies.withdrawn as invited,
        count(started_at) + studies.withdrawn as started,
        count(finished_at) as finished,
        studies.withdrawn as withdrawn,
        (select count(rating) from study_clips
          join study_participants on study_participants.id = participant_id
          where study_id = ${studyId}) as ratings
      from studies left join study_participants on study_id = studies.id
      where studies.id = ${studyId}
      group by studies.id`.execute(this.#db);
    const count = (name: keyof StudyCounts) => Number(rows[0]?.[name] ?? 0);
    return {
      invited: count('invited'),
      started: count('started'),
      finished: count('finished'),
      withdrawn: count('withdrawn'),
      ratings: count('ratings'),
    };
  }

  async byToken(tokenHash: string): Promise<StoredParticipant | undefined> {
    const row = await this.#participants().where('token_hash', '=', tokenHash).executeTakeFirst();
    return row && toParticipant(row);
  }

  async bySecret(secretHash: string): Promise<StoredParticipant | undefined> {
    const row = await this.#participants().where('secret_hash', '=', secretHash).executeTakeFirst();
    return row && toParticipant(row);
  }

  /** Takes an invitation, once. @returns undefined when it is taken already, or unknown */
  async claim(
    tokenHash: string,
    { secretHash, withdrawalHash }: { secretHash: string; withdrawalHash: string },
  ): Promise<StoredParticipant | undefined> {
    const row = await this.#db
      .updateTable('study_participants')
      .set({ secret_hash: secretHash, withdrawal_hash: withdrawalHash, started_at: new Date() })
      .where('token_hash', '=', tokenHash)
      .where('secret_hash', 'is', null)
      .returningAll()
      .executeTakeFirst();
    return row && toParticipant(row);
  }

  /** Remembers when this was first done. */
  async note(participantId: string, what: 'consented_at' | 'sound_checked_at'): Promise<void> {
    await this.#db
      .updateTable('study_participants')
      .set({ [what]: new Date() })
      .where('id', '=', participantId)
      .where(what, 'is', null)
      .execute();
  }

  /** The participant's number; the next of the study where there is none yet. */
  async takeNumber({ id, studyId }: { id: string; studyId: string }): Promise<number> {
    return transact(this.#db, async (transaction) => {
      const { number } = await transaction
        .selectFrom('study_participants')
        .select('number')
        .where('id', '=', storable(id))
        .forUpdate()
        .executeTakeFirstOrThrow();
      if (number !== null) return number;
      const { entered } = await transaction
        .updateTable('studies')
        .set(({ eb }) => ({ entered: eb('entered', '+', 1) }))
        .where('id', '=', studyId)
        .returning('entered')
        .executeTakeFirstOrThrow();
      await transaction
        .updateTable('study_participants')
        .set({ number: entered })
        .where('id', '=', storable(id))
        .execute();
      return entered;
    });
  }

  /** @returns false when the participant has chosen already: then nothing changes */
  async choose(
    participantId: string,
    seedIds: readonly string[],
    clips: readonly Pick<StoredClip, 'clip' | 'trackId' | 'arms' | 'attention'>[],
  ): Promise<boolean> {
    return transact(this.#db, async (transaction) => {
      const { numUpdatedRows } = await transaction
        .updateTable('study_participants')
        .set({ seed_ids: [...seedIds], chosen_at: new Date() })
        .where('id', '=', participantId)
        .where('chosen_at', 'is', null)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) return false;
      await transaction
        .insertInto('study_clips')
        .values(
          clips.map(({ clip, trackId, arms, attention }) => ({
            participant_id: participantId,
            clip,
            track_id: trackId,
            arms,
            attention,
          })),
        )
        .execute();
      return true;
    });
  }

  /** In order. */
  async clips(participantId: string): Promise<StoredClip[]> {
    const rows = await this.#db
      .selectFrom('study_clips')
      .selectAll()
      .where('participant_id', '=', participantId)
      .orderBy('clip')
      .execute();
    return rows.map(toClip);
  }

  /**
   * Saves a rating, or another one for the same clip.
   *
   * @returns false, and saves nothing, unless the study is open, the participant has not finished, and
   *   all clips before this one are rated
   */
  async rate(
    participantId: string,
    { clip, rating, listenedSeconds }: { clip: number; rating: number; listenedSeconds: number },
  ): Promise<boolean> {
    // The lock: what is saved was saved before the study closed.
    const { numAffectedRows } = await sql`
      with allowed as (
        select study_participants.id from study_participants join studies on studies.id = study_id
        where study_participants.id = ${participantId}
          and finished_at is null and opened_at is not null and closed_at is null
        for share
      )
      update study_clips
      set rating = ${rating}, listened_seconds = ${listenedSeconds}, rated_at = ${new Date()}
      from allowed
      where participant_id = allowed.id and clip = ${clip} and not exists (
        select from study_clips earlier
        where earlier.participant_id = allowed.id and earlier.clip < ${clip} and earlier.rating is null
      )`.execute(this.#db);
    return numAffectedRows === 1n;
  }

  /** @returns false unless the study is open and all clips are rated */
  async finish(participantId: string): Promise<boolean> {
    const { numAffectedRows } = await sql`
      update study_participants set finished_at = coalesce(finished_at, ${new Date()})
      where id = ${participantId} and chosen_at is not null
        and exists (select from studies where id = study_id and closed_at is null)
        and not exists (
          select from study_clips where participant_id = ${participantId} and rating is null
        )`.execute(this.#db);
    return numAffectedRows === 1n;
  }

  /** Deletes a participant with all they gave; only their number among others is kept. */
  async withdraw(by: { id: string } | { withdrawalHash: string }): Promise<boolean> {
    return transact(this.#db, async (transaction) => {
      const row = await transaction
        .deleteFrom('study_participants')
        .$if('id' in by, (participants) => participants.where('id', '=', (by as { id: string }).id))
        .$if('withdrawalHash' in by, (participants) =>
          participants.where(
            'withdrawal_hash',
            '=',
            (by as { withdrawalHash: string }).withdrawalHash,
          ),
        )
        .returning('study_id')
        .executeTakeFirst();
      if (row === undefined) return false;
      await transaction
        .updateTable('studies')
        .set(({ eb }) => ({ withdrawn: eb('withdrawn', '+', 1) }))
        .where('id', '=', row.study_id)
        .execute();
      return true;
    });
  }

  /** Those who have chosen songs, by number, with their clips. */
  async records(
    studyId: string,
  ): Promise<{ participant: StoredParticipant; clips: StoredClip[] }[]> {
    const participants = await this.#participants()
      .where('study_id', '=', storable(studyId))
      .where('chosen_at', 'is not', null)
      .orderBy('number')
      .execute();
    const clips = await this.#db
      .selectFrom('study_clips')
      .innerJoin('study_participants', 'study_participants.id', 'participant_id')
      .selectAll('study_clips')
      .where('study_id', '=', storable(studyId))
      .orderBy('clip')
      .execute();
    const byParticipant = Map.groupBy(clips, (clip) => clip.participant_id);
    return participants.map((row) => ({
      participant: toParticipant(row),
      clips: (byParticipant.get(row.id) ?? []).map(toClip),
    }));
  }

  /** Ids of all songs that a listener has played, those with the most plays first. */
  async mostPlayed(): Promise<string[]> {
    const rows = await this.#db
      .selectFrom('listens')
      .select('track_id')
      .where('kind', '=', 'play')
      .groupBy('track_id')
      .orderBy(({ fn }) => fn.countAll(), 'desc')
      .orderBy('track_id')
      .execute();
    return rows.map(({ track_id }) => track_id);
  }

  #participants() {
    return this.#db.selectFrom('study_participants').selectAll();
  }

  // Interleaving in everyday use

  async hasConsent(listener: string): Promise<boolean> {
    const row = await this.#db
      .selectFrom('interleaving_consents')
      .select('listener')
      .where('listener', '=', listenerName(listener))
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Without consent, what was collected with it is deleted. */
  async setConsent(listener: string, isAllowed: boolean): Promise<void> {
    if (isAllowed) {
      await this.#db
        .insertInto('interleaving_consents')
        .values({ listener: listenerName(listener) })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    } else {
      await this.#db
        .deleteFrom('interleaving_consents')
        .where('listener', '=', listenerName(listener))
        .execute();
    }
  }

  /** @returns the session's id */
  async addSession(listener: string, songs: readonly InterleavedSong[]): Promise<string> {
    const id = randomUUID();
    await this.#db
      .insertInto('interleaving_sessions')
      .values({ id, listener: listenerName(listener), songs: JSON.stringify(songs) })
      .execute();
    return id;
  }

  /** The same credit counts once. @returns false when there is no such song in such a session */
  async credit(sessionId: string, trackId: string, kind: CreditKind): Promise<boolean> {
    const session = await this.#db
      .selectFrom('interleaving_sessions')
      .select('songs')
      .where('id', '=', storable(sessionId))
      .executeTakeFirst();
    const songs = (session?.songs ?? []) as InterleavedSong[];
    if (!songs.some((song) => song.trackId === trackId)) return false;
    await this.#db
      .insertInto('interleaving_credits')
      .values({ session_id: sessionId, track_id: trackId, kind })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return true;
  }

  async sessions(): Promise<InterleavedSession[]> {
    const sessions = await this.#db
      .selectFrom('interleaving_sessions')
      .select(['id', 'songs'])
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    const credits = await this.#db.selectFrom('interleaving_credits').selectAll().execute();
    const bySession = Map.groupBy(credits, (credit) => credit.session_id);
    return sessions.map(({ id, songs }) => ({
      songs: songs as InterleavedSong[],
      credits: (bySession.get(id) ?? []).map(({ track_id, kind }) => ({ trackId: track_id, kind })),
    }));
  }
}

const planJson = (plan: unknown): string =>
  JSON.stringify(plan, (_, value: unknown) =>
    typeof value === 'string' ? storable(value, Infinity) : value,
  );

const toStudy = (row: Selectable<Schema['studies']>): StoredStudy => ({
  id: row.id,
  plan: row.plan,
  planHash: row.plan_hash,
  modelId: row.model_id,
  createdAt: row.created_at,
  openedAt: row.opened_at,
  closedAt: row.closed_at,
});

const toParticipant = (row: Selectable<Schema['study_participants']>): StoredParticipant => ({
  id: row.id,
  studyId: row.study_id,
  tokenHash: row.token_hash,
  number: row.number,
  seedIds: row.seed_ids,
  startedAt: row.started_at,
  consentedAt: row.consented_at,
  soundCheckedAt: row.sound_checked_at,
  chosenAt: row.chosen_at,
  finishedAt: row.finished_at,
});

const toClip = (row: Selectable<Schema['study_clips']>): StoredClip => ({
  clip: row.clip,
  trackId: row.track_id,
  arms: row.arms,
  attention: row.attention,
  rating: row.rating,
  listenedSeconds: row.listened_seconds,
});
