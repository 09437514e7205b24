import type { ButtonElement } from '../components/on-demand.tsx';
import { OpenedPopover } from '../components/opened.tsx';
import { VolumeSlider } from './volume-slider.tsx';

export default function OpenedVolume({ button }: { button: ButtonElement }) {
  return (
    <OpenedPopover button={button} label="Volume" position="top">
      <VolumeSlider width={180} />
    </OpenedPopover>
  );
}
