import { Menu } from '@mantine/core';
import {
  IconPlayerTrackNext,
  IconPlaylistAdd,
  IconSparkles,
  IconWaveSine,
} from '@tabler/icons-react';
import { player } from '../player/player.ts';
import type { PlayerTrack } from '../player/queue.ts';
import { addSeeds } from '../seeds/seeds.ts';
import type { ButtonElement } from './on-demand.tsx';
import { OpenedMenu } from './opened.tsx';
import { PageLink } from './page-link.tsx';

interface OpenedSongMenuProps {
  track: PlayerTrack;
  button: ButtonElement;
}

export default function OpenedSongMenu({ track, button }: OpenedSongMenuProps) {
  return (
    <OpenedMenu button={button}>
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
    </OpenedMenu>
  );
}
