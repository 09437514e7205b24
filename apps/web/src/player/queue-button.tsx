import { ActionIcon } from '@mantine/core';
import { IconPlaylist } from '@tabler/icons-react';
import { lazy } from 'react';
import { OnDemand } from '../components/on-demand.tsx';

const load = () => import('./opened-queue.tsx');
const OpenedQueue = lazy(load);

export function QueueButton() {
  const button = (
    <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Queue">
      <IconPlaylist size={20} stroke={1.7} aria-hidden />
    </ActionIcon>
  );
  return (
    <OnDemand button={button} opens="dialog" load={load}>
      <OpenedQueue button={button} />
    </OnDemand>
  );
}
