import { Alert, Button, FileButton, Group, Stack, Text, Title } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { type Outputs, useTRPC, useTRPCClient } from '../../api/trpc.ts';
import { count } from '../../format.ts';
import classes from './listeners.module.css';

type Report = Outputs['listeners']['import'];

/** Quoted as JSON it may grow by half, and the server takes 32 MiB. */
const largest = 16 * 2 ** 20;
/** Of each kind; the counts are whole. */
const shown = 50;

/** A history from elsewhere, matched to the songs of the library. */
export function HistoryImport({ listener }: { listener: string }) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const resetRef = useRef<() => void>(null);
  const send = useMutation({
    async mutationFn(files: File[]) {
      const size = files.reduce((sum, file) => sum + file.size, 0);
      if (size > largest) throw new Error('Expected at most 16 MB at a time; split the export.');
      const texts = await Promise.all(files.map((file) => file.text()));
      return client.listeners.import.mutate({
        listener,
        text: texts.map((text) => text.trimEnd()).join('\n'),
        ...(files.length === 1 && { fileName: files[0]!.name }),
      });
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: trpc.listeners.pathKey() }),
  });
  return (
    <Stack>
      <Text size="sm">
        ListenBrainz export (JSON lines; choose all its files at once), Last.fm CSV, scrobbles of
        Navidrome or Subsonic as JSON lines, or an M3U8 playlist. Songs are matched by path, then by
        artist and title; what is there already is not added twice.
      </Text>
      <Group>
        <FileButton
          multiple
          accept=".json,.jsonl,.csv,.m3u8,.m3u,.txt,.tsv"
          resetRef={resetRef}
          onChange={(files) => {
            // The same file may be chosen again.
            resetRef.current?.();
            if (files.length > 0) send.mutate(files);
          }}
        >
          {(props) => (
            <Button
              {...props}
              leftSection={<IconUpload size={15} stroke={1.7} />}
              loading={send.isPending}
            >
              Choose files
            </Button>
          )}
        </FileButton>
      </Group>
      {send.data && <ImportReport report={send.data} />}
    </Stack>
  );
}

function ImportReport({ report }: { report: Report }) {
  const { format, records, matched, added, ambiguous, unmatched, problems } = report;
  return (
    <>
      <Alert color={added > 0 ? 'accent' : 'gray'} role="status" title={`Read as ${format}`}>
        {count(records)} entries, {count(matched)} of songs in the library, {count(added)} added.
      </Alert>
      <Lines
        title="Not in the library"
        total={unmatched.length}
        lines={unmatched.map(({ line, name }) => `line ${line}: ${name}`)}
      />
      <Lines
        title="Several songs fit"
        total={ambiguous.length}
        lines={ambiguous.map(
          ({ line, name, tracks }) =>
            `line ${line}: ${name} (${tracks.map(({ title, album }) => album ?? title).join(', ')})`,
        )}
      />
      <Lines
        title="Could not be read"
        total={problems.length}
        lines={problems.map(({ line, message }) => `line ${line}: ${message}`)}
      />
    </>
  );
}

function Lines({ title, total, lines }: { title: string; total: number; lines: string[] }) {
  if (total === 0) return null;
  return (
    <section>
      <Title order={3} size="h6">
        {title}: {count(total)}
      </Title>
      <ul className={classes.list}>
        {lines.slice(0, shown).map((line) => (
          <Text key={line} component="li" size="xs" className="quiet" py={3}>
            {line}
          </Text>
        ))}
      </ul>
      {total > shown && (
        <Text size="xs" className="quiet">
          and {count(total - shown)} more
        </Text>
      )}
    </section>
  );
}
