import { ActionIcon } from '@mantine/core';
import { IconPlayerPauseFilled, IconPlayerPlayFilled } from '@tabler/icons-react';
import { player } from '../player/player.ts';
import type { PlayerTrack } from '../player/queue.ts';
import { useIsPlaying } from '../player/use-player.ts';

interface PlayButtonProps {
  track: PlayerTrack;
  /** What plays on after this song; it is among them. */
  list?: readonly PlayerTrack[];
}

export function PlayButton({ track, list = [track] }: PlayButtonProps) {
  const { isCurrent, playing } = useIsPlaying(track.id);
  const start = () =>
    player.play(
      list,
      list.findIndex(({ id }) => id === track.id),
    );
  return (
    <ActionIcon
      variant={isCurrent ? 'filled' : 'default'}
      radius="xl"
      aria-label={`${playing ? 'Pause' : 'Play'} ${track.title}`}
      onClick={() => (isCurrent ? player.toggle() : start())}
    >
      {playing ? <IconPlayerPauseFilled size={14} /> : <IconPlayerPlayFilled size={14} />}
    </ActionIcon>
  );
}
