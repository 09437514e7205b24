import type { FrontEnd } from '@consonance/audio';

/** The front end that models are trained with; each model's model.json keeps the one it was trained with. */
export const defaultFrontEnd: FrontEnd = {
  sampleRate: 22050,
  fftSize: 2048,
  hopLength: 1024,
  melBands: 96,
  fMin: 0,
  fMax: 11025,
  melScale: 'slaney',
  melNorm: 'slaney',
  power: 2,
  compression: 'decibel',
  windowSeconds: 29.12,
  windowsPerTrack: 3,
};
