import type { Track } from '../api/trpc.ts';

export type PlayerTrack = Pick<
  Track,
  'id' | 'title' | 'artist' | 'durationSeconds' | 'hasCover'
> & {
  /** Of the list by both methods that it was started from. */
  sessionId?: string;
};

/** Songs in the order of playing; `index` is the current one, -1 before the first. */
export interface Queue {
  tracks: readonly PlayerTrack[];
  index: number;
}

export const emptyQueue: Queue = { tracks: [], index: -1 };

export const current = ({ tracks, index }: Queue): PlayerTrack | undefined => tracks[index];

/** Puts a song behind the current one; where it waited already, it moves up. */
export function playNext({ tracks, index }: Queue, track: PlayerTrack): Queue {
  const waiting = tracks.filter(({ id }, at) => at <= index || id !== track.id);
  return { tracks: waiting.toSpliced(index + 1, 0, track), index };
}

export function append({ tracks, index }: Queue, added: readonly PlayerTrack[]): Queue {
  return { tracks: [...tracks, ...added], index };
}

/** The queue after taking out one song; the current one stays current unless it is the one. */
export function removeAt({ tracks, index }: Queue, at: number): Queue {
  const left = tracks.filter((_, position) => position !== at);
  return { tracks: left, index: at < index ? index - 1 : Math.min(index, left.length - 1) };
}

/** The queue `by` songs further, undefined beyond its ends. */
export function step({ tracks, index }: Queue, by: 1 | -1): Queue | undefined {
  return tracks[index + by] && { tracks, index: index + by };
}
