import { DspError } from './errors.ts';

export interface StftOptions {
  /** Samples of one transform: an even integer from 2 to 65,536, no prime factor above 1024. */
  fftSize: number;
  /** Samples from frame to frame. Default: fftSize / 4, rounded down. */
  hopLength?: number;
  /** Samples under the Hann window, centred in the frame. Default: fftSize. */
  windowLength?: number;
  /** True (default): frame t is centred on sample t x hopLength, the signal padded at both ends. */
  center?: boolean;
  /** What a centred signal is padded with: zeros (default) or its mirror image. */
  padMode?: 'constant' | 'reflect';
  /** Arithmetic between float32 input and output: 'float64' (default) or 'float32', about twice as fast. */
  precision?: 'float64' | 'float32';
}

export interface PowerOptions {
  /** 1: magnitude |X|. 2 (default): power |X|^2. */
  power?: 1 | 2;
}

export interface MelOptions extends StftOptions, PowerOptions {
  /** Hz. */
  sampleRate: number;
  /** Number of mel filters. Default: 128. */
  melBands?: number;
  /** Lower edge of the first filter, Hz. Default: 0. */
  fMin?: number;
  /** Upper edge of the last filter, Hz. Default: sampleRate / 2. */
  fMax?: number;
  /** Slaney's scale (default), linear below 1 kHz, or HTK's formula. */
  melScale?: 'slaney' | 'htk';
  /** 'slaney' (default): filters of equal area. 'none': filters with peak 1. */
  melNorm?: 'slaney' | 'none';
}

export interface DecibelOptions {
  /** The value that becomes 0 dB, or 'max' for the largest one in the data. Default: 1. */
  reference?: number | 'max';
  /** Smaller values count as this one. Default: 1e-10 (power), 1e-5 (amplitude). */
  minimum?: number;
  /** Clip to this many decibels below the largest result; null: no clipping. Default: 80. */
  topDecibels?: number | null;
}

export interface OutputOptions {
  /** Where the result goes instead of a new array; exactly as many values, none of them the input's. */
  output?: Float32Array;
}

export interface ThreadOptions {
  /** The most threads to use for a long signal, 1 (default) to 256; the result does not depend on it. */
  threads?: number;
}

export type CallOptions = OutputOptions & ThreadOptions;

type Keys<Options> = readonly (keyof Options & string)[];

export const stftKeys: Keys<StftOptions> = [
  'fftSize',
  'hopLength',
  'windowLength',
  'center',
  'padMode',
  'precision',
];
export const spectrogramKeys: Keys<StftOptions & PowerOptions> = [...stftKeys, 'power'];
export const melKeys: Keys<MelOptions> = [
  ...spectrogramKeys,
  'sampleRate',
  'melBands',
  'fMin',
  'fMax',
  'melScale',
  'melNorm',
];
export const threadKeys: Keys<ThreadOptions> = ['threads'];
export const outputKeys: Keys<OutputOptions> = ['output'];
export const callKeys: Keys<CallOptions> = [...outputKeys, ...threadKeys];
export const decibelKeys: Keys<DecibelOptions> = ['reference', 'minimum', 'topDecibels'];

/** Refuses misspelt options; types and ranges are checked once, by the core. */
export function checkKeys(options: unknown, allowed: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    throw new DspError(
      'INVALID_ARGUMENT',
      `Expected an object for options but received ${String(options)}`,
    );
  }
  for (const key of Object.keys(options)) {
    if (!allowed.includes(key)) {
      throw new DspError(
        'UNKNOWN_OPTION',
        `Expected only known options (${allowed.join(', ')}) for options but received '${key}'`,
      );
    }
  }
}
