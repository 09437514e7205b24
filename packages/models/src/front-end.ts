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

/** Front ends by sample rate: Choi et al. 2017's at 12 kHz, one between, and the default. */
export const frontEnds = {
  12000: { ...defaultFrontEnd, sampleRate: 12000, fftSize: 512, hopLength: 256, fMax: 6000 },
  16000: { ...defaultFrontEnd, sampleRate: 16000, fftSize: 1024, hopLength: 512, fMax: 8000 },
  22050: defaultFrontEnd,
} satisfies Record<number, FrontEnd>;
