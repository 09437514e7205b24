import { ActionIcon, Group } from '@mantine/core';
import {
  type Icon as IconComponent,
  IconBookmarkPlus,
  IconDownload,
  IconPlayerPlay,
  IconPlayerTrackNext,
} from '@tabler/icons-react';
import { lazy } from 'react';
import type { Track } from '../../api/trpc.ts';
import { OnDemand } from '../../components/on-demand.tsx';
import { player } from '../../player/player.ts';

const loadSave = () => import('./opened-save-playlist.tsx');
const OpenedSavePlaylist = lazy(loadSave);
const loadExport = () => import('./opened-export-menu.tsx');
const OpenedExportMenu = lazy(loadExport);

interface ListActionsProps {
  tracks: readonly Track[];
  /** Proposed for the playlist. */
  name: string;
}

/** Play, queue, save or export a list of songs. */
export function ListActions({ tracks, name }: ListActionsProps) {
  const button = (action: string, Icon: IconComponent, onClick?: () => void) => (
    <ActionIcon
      variant="subtle"
      color="gray"
      disabled={tracks.length === 0}
      title={action}
      aria-label={`${action}: ${name}`}
      {...(onClick && { onClick })}
    >
      <Icon size={17} stroke={1.7} aria-hidden />
    </ActionIcon>
  );
  const save = button('Save as playlist', IconBookmarkPlus);
  const exporting = button('Export', IconDownload);
  return (
    <Group gap={2} wrap="nowrap">
      {button('Play all', IconPlayerPlay, () => player.play(tracks))}
      {button('Add all to the queue', IconPlayerTrackNext, () => player.append(tracks))}
      <OnDemand button={save} opens="dialog" load={loadSave}>
        <OpenedSavePlaylist button={save} tracks={tracks} name={name} />
      </OnDemand>
      <OnDemand button={exporting} opens="menu" load={loadExport}>
        <OpenedExportMenu
          button={exporting}
          what={{ trackIds: tracks.map(({ id }) => id), name }}
        />
      </OnDemand>
    </Group>
  );
}
