import { ActionIcon, Group, Popover, Slider } from '@mantine/core';
import { IconVolume } from '@tabler/icons-react';
import { percent } from '../format.ts';
import { player } from './player.ts';
import { usePlayer } from './use-player.ts';

/** A slider; where there is no room for it, a button that opens it. */
export function Volume() {
  return (
    <>
      <Group gap={6} wrap="nowrap" visibleFrom="md">
        <IconVolume size={18} stroke={1.7} aria-hidden />
        <VolumeSlider width={90} />
      </Group>
      <Popover position="top" shadow="md" trapFocus>
        <Popover.Target>
          <ActionIcon variant="subtle" color="gray" size="lg" hiddenFrom="md" aria-label="Volume">
            <IconVolume size={18} stroke={1.7} aria-hidden />
          </ActionIcon>
        </Popover.Target>
        <Popover.Dropdown aria-label="Volume">
          <VolumeSlider width={180} />
        </Popover.Dropdown>
      </Popover>
    </>
  );
}

function VolumeSlider({ width }: { width: number }) {
  const volume = usePlayer((state) => state.volume);
  return (
    <Slider
      w={width}
      size={4}
      thumbSize={12}
      label={null}
      min={0}
      max={1}
      step={0.05}
      value={volume}
      onChange={(value) => player.setVolume(value)}
      thumbLabel="Volume"
      thumbProps={{ 'aria-valuetext': percent(volume) }}
    />
  );
}
