import { useSyncExternalStore } from 'react';
import { type PlayerState, player } from './player.ts';
import { current } from './queue.ts';

/** One value of the player's state; the component renders again only when that value changes. */
export function usePlayer<Value>(select: (state: PlayerState) => Value): Value {
  const read = () => select(player.state());
  return useSyncExternalStore(player.subscribe, read, read);
}

export const useCurrentTrack = () => usePlayer(({ queue }) => current(queue));

/** Whether this song is the current one, and whether it sounds. */
export function useIsPlaying(trackId: string) {
  const isCurrent = usePlayer(({ queue }) => current(queue)?.id === trackId);
  const playing = usePlayer((state) => state.playing);
  return { isCurrent, playing: isCurrent && playing };
}
