import { ActionIcon, Group, Stack, Text, Title } from '@mantine/core';
import { IconDots, IconPlayerPlay } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy } from 'react';
import { type Outputs, useTRPC } from '../../api/trpc.ts';
import { OnDemand } from '../../components/on-demand.tsx';
import { songs } from '../../format.ts';
import { player } from '../../player/player.ts';
import classes from './panel.module.css';

const loadMenu = () => import('./opened-playlist-menu.tsx');
const OpenedPlaylistMenu = lazy(loadMenu);

type Playlist = Outputs['playlists']['list'][number];

/** The saved playlists; nothing at all before the first. */
export function Playlists() {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.playlists.list.queryOptions());
  if (!data || data.length === 0) return null;
  return (
    <section className={`panel ${classes.panel}`} aria-labelledby="playlists">
      <Title order={2} size="h5" id="playlists">
        Playlists
      </Title>
      <Stack gap={4} component="ul" className={classes.list}>
        {data.map((playlist) => (
          <PlaylistLine key={playlist.id} playlist={playlist} />
        ))}
      </Stack>
    </section>
  );
}

function PlaylistLine({ playlist }: { playlist: Playlist }) {
  const { name, tracks } = playlist;
  const more = (
    <ActionIcon variant="subtle" color="gray" aria-label={`More about ${name}`}>
      <IconDots size={17} stroke={1.7} aria-hidden />
    </ActionIcon>
  );
  return (
    <Group gap="xs" wrap="nowrap" component="li">
      <ActionIcon
        variant="default"
        radius="xl"
        aria-label={`Play ${name}`}
        disabled={tracks.length === 0}
        onClick={() => player.play(tracks)}
      >
        <IconPlayerPlay size={14} stroke={1.7} aria-hidden />
      </ActionIcon>
      <div style={{ flex: 1, minWidth: 0 }}>
        <Text size="sm" truncate>
          {name}
        </Text>
        <Text size="xs" className="quiet">
          {songs(tracks.length)}
        </Text>
      </div>
      <OnDemand button={more} opens="menu" load={loadMenu}>
        <OpenedPlaylistMenu playlist={playlist} button={more} />
      </OnDemand>
    </Group>
  );
}
