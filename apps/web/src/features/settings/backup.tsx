import { Button, Stack, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTRPCClient } from '../../api/trpc.ts';
import { download } from '../../download.ts';
import classes from './settings.module.css';

/** What no analysis can bring back, as a file. */
export function Backup() {
  const client = useTRPCClient();
  const save = useMutation({
    mutationFn: () => client.system.backup.query(),
    onSuccess: (backup) =>
      download({
        fileName: `consonance-${backup.createdAt.slice(0, 10)}.json`,
        mediaType: 'application/json',
        text: JSON.stringify(backup, null, 1),
      }),
  });
  return (
    <section className={`panel ${classes.panel}`}>
      <Stack align="flex-start">
        <Text size="sm">
          Plays, likes and playlists of all listeners, with the paths and names of their songs. What
          was computed from the music is not in it: another analysis brings that back.
        </Text>
        <Button
          leftSection={<IconDownload size={15} stroke={1.7} />}
          loading={save.isPending}
          onClick={() => save.mutate()}
        >
          Download
        </Button>
      </Stack>
    </section>
  );
}
