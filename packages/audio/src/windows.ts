import type { FrontEnd } from './front-end.ts';

/**
 * Where the windows of a track begin, in seconds, ascending.
 *
 * As many windows as fit without overlap, from 1 to windowsPerTrack, with equal gaps before, between
 * and after them: on a long track three windows are centred near 1/4, 1/2 and 3/4 of it, one window
 * lies in the middle. A track shorter than one window starts at 0 and is padded with silence.
 */
export function planWindows(
  durationSeconds: number,
  { windowSeconds, windowsPerTrack }: Pick<FrontEnd, 'windowSeconds' | 'windowsPerTrack'>,
): number[] {
  const fitting = Math.floor(durationSeconds / windowSeconds);
  const count = Math.min(Math.max(fitting, 1), windowsPerTrack);
  const gap = Math.max(0, (durationSeconds - count * windowSeconds) / (count + 1));
  return Array.from({ length: count }, (_, index) => gap + index * (windowSeconds + gap));
}
