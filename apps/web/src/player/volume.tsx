import { ActionIcon, Group } from '@mantine/core';
import { IconVolume } from '@tabler/icons-react';
import { lazy } from 'react';
import { OnDemand } from '../components/on-demand.tsx';
import { VolumeSlider } from './volume-slider.tsx';

const load = () => import('./opened-volume.tsx');
const OpenedVolume = lazy(load);

/** A slider; where there is no room for it, a button that opens it. */
export function Volume() {
  const button = (
    <ActionIcon variant="subtle" color="gray" size="lg" hiddenFrom="md" aria-label="Volume">
      <IconVolume size={18} stroke={1.7} aria-hidden />
    </ActionIcon>
  );
  return (
    <>
      <Group gap={6} wrap="nowrap" visibleFrom="md">
        <IconVolume size={18} stroke={1.7} aria-hidden />
        <VolumeSlider width={90} />
      </Group>
      <OnDemand button={button} opens="dialog" load={load}>
        <OpenedVolume button={button} />
      </OnDemand>
    </>
  );
}
