import { Button, CopyButton, Group, NumberInput, Text, Textarea } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '../../api/trpc.ts';
import { download } from '../../download.ts';
import { Panel } from '../models/panel.tsx';
import { numberOr } from './plan-part.ts';

/** By which only this machine finds itself. */
const ownNames = ['localhost', '127.0.0.1', '[::1]'];

/** Links, each for one participant; the server keeps only their hashes. */
export function Invitations({ id }: { id: string }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [count, setCount] = useState(10);
  const [links, setLinks] = useState<readonly string[]>([]);
  const invite = useMutation(
    trpc.studies.invite.mutationOptions({
      onSuccess(made) {
        setLinks([...links, ...made.links]);
        return queryClient.invalidateQueries({
          queryKey: trpc.studies.progress.queryKey({ id }),
        });
      },
    }),
  );
  const text = links.join('\n');
  return (
    <Panel
      title="Invitations"
      note="Each link is for one participant and one browser. They are shown this once: copy or download them before you leave this page."
    >
      <Group align="flex-end" gap="sm">
        <NumberInput
          label="Number of links"
          w={140}
          min={1}
          max={1000}
          allowDecimal={false}
          value={count}
          onChange={(value) => setCount(numberOr(count, value))}
        />
        <Button loading={invite.isPending} onClick={() => invite.mutate({ id, count })}>
          Make links
        </Button>
      </Group>
      {links.length > 0 && (
        <>
          <Textarea aria-label="Links" readOnly autosize maxRows={8} value={text} wrap="off" />
          <Group gap="sm">
            <CopyButton value={text}>
              {({ copied, copy }) => (
                <Button size="xs" variant="default" onClick={copy}>
                  {copied ? 'Copied' : `Copy ${links.length}`}
                </Button>
              )}
            </CopyButton>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconDownload size={14} stroke={1.7} aria-hidden />}
              onClick={() =>
                download({
                  fileName: 'invitations.csv',
                  mediaType: 'text/csv',
                  text: ['invitation', ...links, ''].join('\r\n'),
                })
              }
            >
              Download as CSV
            </Button>
          </Group>
          {ownNames.includes(new URL(links[0]!).hostname) && (
            <Text size="sm" className="quiet">
              These links work on this machine only. Open the dashboard by the address that others
              reach it at, and make the links there.
            </Text>
          )}
        </>
      )}
    </Panel>
  );
}
