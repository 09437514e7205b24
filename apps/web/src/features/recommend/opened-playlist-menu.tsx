import { Menu } from '@mantine/core';
import { IconSparkles, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type Outputs, useTRPC } from '../../api/trpc.ts';
import type { ButtonElement } from '../../components/on-demand.tsx';
import { OpenedMenu } from '../../components/opened.tsx';
import { setSeeds } from '../../seeds/seeds.ts';
import { ExportMenuItems } from './export-menu-items.tsx';

interface OpenedPlaylistMenuProps {
  playlist: Outputs['playlists']['list'][number];
  button: ButtonElement;
}

export default function OpenedPlaylistMenu({ playlist, button }: OpenedPlaylistMenuProps) {
  const { id, tracks } = playlist;
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const remove = useMutation(
    trpc.playlists.remove.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries({ queryKey: trpc.playlists.pathKey() }),
    }),
  );
  return (
    <OpenedMenu button={button}>
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
    </OpenedMenu>
  );
}
