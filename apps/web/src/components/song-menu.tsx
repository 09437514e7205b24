import { ActionIcon } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { lazy } from 'react';
import type { PlayerTrack } from '../player/queue.ts';
import { OnDemand } from './on-demand.tsx';

const load = () => import('./opened-song-menu.tsx');
const OpenedSongMenu = lazy(load);

/** What can be done with a song everywhere. */
export function SongMenu({ track }: { track: PlayerTrack }) {
  const button = (
    <ActionIcon variant="subtle" color="gray" aria-label={`More about ${track.title}`}>
      <IconDots size={17} stroke={1.7} aria-hidden />
    </ActionIcon>
  );
  return (
    <OnDemand button={button} opens="menu" load={load}>
      <OpenedSongMenu track={track} button={button} />
    </OnDemand>
  );
}
