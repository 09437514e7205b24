import { Button, Group, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Track, useTRPC } from '../../api/trpc.ts';
import type { ButtonElement } from '../../components/on-demand.tsx';
import { OpenedPopover } from '../../components/opened.tsx';
import { day } from '../../format.ts';

interface SavePlaylistProps {
  tracks: readonly Track[];
  /** Proposed, with the date. */
  name: string;
}

interface OpenedSavePlaylistProps extends SavePlaylistProps {
  button: ButtonElement;
}

export default function OpenedSavePlaylist({ button, ...playlist }: OpenedSavePlaylistProps) {
  return (
    <OpenedPopover button={button} label="Save as playlist" position="bottom-end">
      {(close) => <SavePlaylist {...playlist} onSave={close} />}
    </OpenedPopover>
  );
}

function SavePlaylist({ tracks, name, onSave }: SavePlaylistProps & { onSave: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [text, setText] = useState(() => `${name}, ${day(new Date())}`);
  const save = useMutation(
    trpc.playlists.save.mutationOptions({
      onSuccess(playlist) {
        onSave();
        notifications.show({ message: `Saved as “${playlist.name}”.` });
        return queryClient.invalidateQueries({ queryKey: trpc.playlists.pathKey() });
      },
    }),
  );
  return (
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
  );
}
