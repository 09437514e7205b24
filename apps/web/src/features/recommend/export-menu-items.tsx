import { Menu } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTRPCClient } from '../../api/trpc.ts';
import { download } from '../../download.ts';

const labels = {
  m3u8: 'M3U8, for players',
  jspf: 'JSPF, for ListenBrainz',
  json: 'JSON',
};

type Format = keyof typeof labels;

export interface ExportMenuItemsProps {
  /** A saved playlist, or songs with a name. */
  what: { id: string } | { trackIds: string[]; name: string };
}

export function ExportMenuItems({ what }: ExportMenuItemsProps) {
  const client = useTRPCClient();
  const { mutate } = useMutation({
    mutationFn: (format: Format) => client.playlists.export.query({ ...what, format }),
    onSuccess: download,
  });
  return (Object.keys(labels) as Format[]).map((format) => (
    <Menu.Item key={format} onClick={() => mutate(format)}>
      {labels[format]}
    </Menu.Item>
  ));
}
