/** How the fused embedders that ship are made; `consonance fit` makes them. */
import type { FrontEnd } from '@consonance/audio';
import { defaultFrontEnd } from '../front-end.ts';
import { musicnnFrontEnd } from '../musicnn/embedder.ts';
import type { PartSpec } from './part-spec.ts';

export interface FusionRecipe {
  frontEnd: FrontEnd;
  parts: {
    /** A network is named when the recipe is used. */
    spec: Exclude<PartSpec, { kind: 'network' }> | { kind: 'network' };
    weight: number;
  }[];
  /** See `Fusion`. */
  genreWeight: number;
}

/** Principal components of the parts: 48 to 128 found the same songs. With seven genres, 64 numbers. */
export const fusionComponents = 57;

/**
 * The default spectrogram, and MusiCNN's from the same samples: at 22,050 Hz a transform of 720 samples
 * lasts 2 % longer than its 512 at 16 kHz (and is fast), a hop of 353 as long as its 256.
 */
const withMusicnn: FrontEnd = {
  ...defaultFrontEnd,
  second: {
    fftSize: 720,
    hopLength: 353,
    melBands: musicnnFrontEnd.melBands,
    fMin: musicnnFrontEnd.fMin,
    fMax: musicnnFrontEnd.fMax,
    melScale: musicnnFrontEnd.melScale,
    melNorm: musicnnFrontEnd.melNorm,
    power: musicnnFrontEnd.power,
    compression: musicnnFrontEnd.compression,
  },
};

const timbre = { kind: 'timbre' } as const;
const network = { kind: 'network' } as const;
/** Two patches with a stride cost 25 ms of CPU a window; all nine as published 150 ms. */
const quickMusicnn = { kind: 'musicnn', patches: 2, melStride: 2 } as const;
const wholeMusicnn = { kind: 'musicnn', patches: 9, melStride: 1 } as const;

export const fusionRecipes = {
  timbre: { frontEnd: defaultFrontEnd, parts: [{ spec: timbre, weight: 1 }], genreWeight: 0 },
  musicnn: {
    frontEnd: musicnnFrontEnd,
    parts: [{ spec: wholeMusicnn, weight: 1 }],
    genreWeight: 0,
  },
  'timbre+crnn': {
    frontEnd: defaultFrontEnd,
    parts: [
      { spec: timbre, weight: 1 },
      { spec: network, weight: 1 },
    ],
    genreWeight: 0.5,
  },
  'timbre+musicnn': {
    frontEnd: withMusicnn,
    parts: [
      { spec: timbre, weight: 1 },
      { spec: quickMusicnn, weight: 2 },
    ],
    genreWeight: 0.5,
  },
  /** The default: what the other two lack. */
  fusion: {
    frontEnd: withMusicnn,
    parts: [
      { spec: timbre, weight: 1 },
      { spec: network, weight: 1 },
      { spec: quickMusicnn, weight: 2 },
    ],
    genreWeight: 0.5,
  },
} satisfies Record<string, FusionRecipe>;
