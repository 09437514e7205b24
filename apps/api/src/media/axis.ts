import type { FrontEnd } from '@consonance/audio';

export interface FrequencyTick {
  hz: number;
  /** Height of the frequency in the picture, from 0 (bottom) to 1 (top). */
  position: number;
}

const candidates = [50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000];

/** Ticks for the vertical axis of a mel spectrogram's picture, the lowest first. */
export function frequencyTicks(frontEnd: FrontEnd): FrequencyTick[] {
  const { fMin, fMax, melBands } = frontEnd;
  const toMel = frontEnd.melScale === 'htk' ? htkMel : slaneyMel;
  const [lowest, highest] = [toMel(fMin), toMel(fMax)];
  return candidates.flatMap((hz) => {
    // Band b is a triangle whose peak lies at (b + 1) of melBands + 1 equal steps in mel.
    const band = ((toMel(hz) - lowest) / (highest - lowest)) * (melBands + 1) - 1;
    const position = (band + 0.5) / melBands;
    return position >= 0 && position <= 1 ? [{ hz, position }] : [];
  });
}

const htkMel = (hz: number) => 2595 * Math.log10(1 + hz / 700);

/** Slaney's Auditory Toolbox, as in librosa: linear to 1000 Hz, then 27 steps for a factor of 6.4. */
const slaneyMel = (hz: number) =>
  hz < 1000 ? hz / (200 / 3) : 15 + 27 * (Math.log(hz / 1000) / Math.log(6.4));
