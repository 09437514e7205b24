import type { Clip } from '../dataset.ts';

/** What a loader found, before the cap and the checks that all kinds share. */
export interface Source {
  /** `work` is empty where it is unknown. */
  clips: Clip[];
  skipped: Skipped[];
  /** Songs that belong to none of the labels: reason -> how many. */
  leftOut: Record<string, number>;
}

/** Something that should be a clip and cannot be one; the rest goes on. */
export interface Skipped {
  /** The file, or the line of a manifest. */
  path: string;
  reason: string;
}

export const emptySource = (): Source => ({ clips: [], skipped: [], leftOut: {} });

export function leaveOutSong({ leftOut }: Source, reason: string): void {
  leftOut[reason] = (leftOut[reason] ?? 0) + 1;
}
