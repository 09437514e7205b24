import { useReducedMotion } from '@mantine/hooks';
import { useEffect } from 'react';
import { player } from './player.ts';
import { useIsPlaying, usePlayer } from './use-player.ts';

/**
 * Calls `move` with the seconds into a song whenever they change, on every frame while it sounds;
 * with 0 while another song is the current one. `move` should be kept by `useCallback`.
 */
export function usePlayhead(trackId: string, move: (seconds: number) => void) {
  const { isCurrent, playing } = useIsPlaying(trackId);
  const position = usePlayer((state) => (isCurrent ? state.position : 0));
  const still = useReducedMotion();

  useEffect(() => move(position), [move, position]);

  useEffect(() => {
    if (!playing || still) return;
    let frame = requestAnimationFrame(function next() {
      move(player.now());
      frame = requestAnimationFrame(next);
    });
    return () => cancelAnimationFrame(frame);
  }, [move, playing, still]);
}
