import { ActionIcon, Group, Menu, Stack, Text, Title } from '@mantine/core';
import { IconDots, IconPlayerPlay, IconSparkles, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Outputs, useTRPC } from '../../api/trpc.ts';
import { songs } from '../../format.ts';
import { player } from '../../player/player.ts';
import { setSeeds } from '../../seeds/seeds.ts';
import { ExportMenuItems } from './export-menu-items.tsx';
import classes from './panel.module.css';

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

function PlaylistLine({ playlist: { id, name, tracks } }: { playlist: Playlist }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const remove = useMutation(
    trpc.playlists.remove.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries({ queryKey: trpc.playlists.pathKey() }),
    }),
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
      <Menu position="bottom-end" shadow="md">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`More about ${name}`}>
            <IconDots size={17} stroke={1.7} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconSparkles size={16} stroke={1.7} />}
            onClick={() => setSeeds(tracks.map((track) => track.id))}
          >
            Recommend from these songs
          </Menu.Item>
          <Menu.Label>Export</Menu.Label>
          <ExportMenuItems what={{ id }} />
          <Menu.Divider />
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={16} stroke={1.7} />}
            onClick={() => remove.mutate({ id })}
          >
            Delete the playlist
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}
