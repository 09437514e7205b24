import { ActionIcon, Menu } from '@mantine/core';
import {
  IconDots,
  IconPlayerTrackNext,
  IconPlaylistAdd,
  IconSparkles,
  IconWaveSine,
} from '@tabler/icons-react';
import { PageLink } from './page-link.tsx';
import { player } from '../player/player.ts';
import type { PlayerTrack } from '../player/queue.ts';
import { addSeeds } from '../seeds/seeds.ts';

/** What can be done with a song everywhere. */
export function SongMenu({ track }: { track: PlayerTrack }) {
  return (
    <Menu position="bottom-end" withinPortal shadow="md">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`More about ${track.title}`}>
          <IconDots size={17} stroke={1.7} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconPlayerTrackNext size={16} stroke={1.7} />}
          onClick={() => player.playNext(track)}
        >
          Play next
        </Menu.Item>
        <Menu.Item
          leftSection={<IconPlaylistAdd size={16} stroke={1.7} />}
          onClick={() => player.append([track])}
        >
          Add to the queue
        </Menu.Item>
        <Menu.Item
          leftSection={<IconSparkles size={16} stroke={1.7} />}
          onClick={() => addSeeds([track.id])}
        >
          Recommend from this song
        </Menu.Item>
        <Menu.Item
          component={PageLink}
          href={`/song?id=${track.id}`}
          leftSection={<IconWaveSine size={16} stroke={1.7} />}
        >
          Open the song
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
