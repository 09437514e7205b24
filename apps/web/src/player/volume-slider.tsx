import { Slider } from '@mantine/core';
import { percent } from '../format.ts';
import { player } from './player.ts';
import { usePlayer } from './use-player.ts';

export function VolumeSlider({ width }: { width: number }) {
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
