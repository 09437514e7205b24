/** What the analysis knows of a participant. */
export interface ParticipantRecord {
  /** Pseudonym. */
  id: string;
  /** From 1, in the order of entering; decides the order of the clips. */
  number: number;
  /** ISO 8601. */
  startedAt: string;
  finishedAt: string | null;
  clips: RatedClip[];
}

export interface RatedClip {
  /** Position, from 1. */
  clip: number;
  trackId: string;
  /** Names of all arms that recommended it; empty for an attention check. */
  arms: string[];
  /** On the plan's scale; null until it was rated. */
  rating: number | null;
  listenedSeconds: number;
  /** The answer that an attention check asks for. */
  attention?: number;
}
