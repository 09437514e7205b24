import { ActionIcon, Button, Group, Menu, Popover, TextInput, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import {
  IconBookmarkPlus,
  IconDownload,
  IconPlayerPlay,
  IconPlayerTrackNext,
} from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Track, useTRPC } from '../../api/trpc.ts';
import { player } from '../../player/player.ts';
import { ExportMenuItems } from './export-menu-items.tsx';

interface ListActionsProps {
  tracks: readonly Track[];
  /** Proposed for the playlist. */
  name: string;
}

/** Play, queue, save or export a list of songs. */
export function ListActions({ tracks, name }: ListActionsProps) {
  const disabled = tracks.length === 0;
  return (
    <Group gap={2} wrap="nowrap">
      <Tooltip label="Play all" openDelay={400}>
        <ActionIcon
          variant="subtle"
          color="gray"
          disabled={disabled}
          aria-label={`Play all: ${name}`}
          onClick={() => player.play(tracks)}
        >
          <IconPlayerPlay size={17} stroke={1.7} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <Tooltip label="Add all to the queue" openDelay={400}>
        <ActionIcon
          variant="subtle"
          color="gray"
          disabled={disabled}
          aria-label={`Add all to the queue: ${name}`}
          onClick={() => player.append(tracks)}
        >
          <IconPlayerTrackNext size={17} stroke={1.7} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <SavePlaylist tracks={tracks} name={name} />
      <Menu position="bottom-end" shadow="md">
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            disabled={disabled}
            aria-label={`Export: ${name}`}
          >
            <IconDownload size={17} stroke={1.7} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <ExportMenuItems what={{ trackIds: tracks.map(({ id }) => id), name }} />
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}

function SavePlaylist({ tracks, name }: ListActionsProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [opened, { toggle, close }] = useDisclosure(false);
  const [text, setText] = useState('');
  const save = useMutation(
    trpc.playlists.save.mutationOptions({
      onSuccess(playlist) {
        close();
        notifications.show({ message: `Saved as “${playlist.name}”.` });
        return queryClient.invalidateQueries({ queryKey: trpc.playlists.pathKey() });
      },
    }),
  );
  const open = () => {
    setText(`${name}, ${new Date().toLocaleDateString()}`);
    toggle();
  };
  return (
    <Popover opened={opened} onChange={close} position="bottom-end" shadow="md" trapFocus>
      <Popover.Target>
        <Tooltip label="Save as playlist" openDelay={400}>
          <ActionIcon
            variant="subtle"
            color="gray"
            disabled={tracks.length === 0}
            aria-label={`Save as playlist: ${name}`}
            onClick={open}
          >
            <IconBookmarkPlus size={17} stroke={1.7} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            save.mutate({ name: text, trackIds: tracks.map(({ id }) => id) });
          }}
        >
          <Group gap="xs" align="flex-end" wrap="nowrap">
            <TextInput
              label="Name of the playlist"
              value={text}
              required
              maxLength={200}
              data-autofocus
              onChange={({ currentTarget }) => setText(currentTarget.value)}
            />
            <Button type="submit" loading={save.isPending} disabled={text.trim() === ''}>
              Save
            </Button>
          </Group>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
