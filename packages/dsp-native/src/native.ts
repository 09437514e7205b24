// The one place that loads the addon and knows its shape.
import { createRequire } from 'node:module';

import { DspError } from './errors.ts';
import type { DecibelOptions, MelOptions, StftOptions } from './options.ts';

export interface NativeStft {
  readonly bins: number;
  frames(signal: Float32Array): number;
  transform(signal: Float32Array, real: Float32Array, imag: Float32Array): void;
  spectrogram(signal: Float32Array, options: { power?: 1 | 2 }, output: Float32Array): void;
  release(): void;
}

export interface NativeMelExtractor {
  readonly options: Required<MelOptions>;
  readonly bins: number;
  frames(signal: Float32Array): number;
  filterbank(output: Float32Array): void;
  compute(signal: Float32Array, output: Float32Array): void;
  computeAsync(signal: Float32Array, output: Float32Array): Promise<void>;
  /** Frees the plan now instead of at garbage collection. Calls that are running keep it. */
  release(): void;
}

/** `isa` picks a path other than the fastest one, for tests and benchmarks. */
interface NativeAddon {
  Stft: new (options: StftOptions, isa?: string) => NativeStft;
  MelExtractor: new (options: MelOptions, isa?: string) => NativeMelExtractor;
  powerToDecibels(data: Float32Array, options: DecibelOptions, output: Float32Array): void;
  amplitudeToDecibels(data: Float32Array, options: DecibelOptions, output: Float32Array): void;
  logCompress(data: Float32Array, gain: number, output: Float32Array): void;
  instructionSets(): string[];
}

function load(): NativeAddon {
  try {
    return createRequire(import.meta.url)('../build/dsp.node') as NativeAddon;
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND';
    throw new DspError(
      'ADDON_MISSING',
      missing
        ? 'The native addon of @consonance/dsp-native is not built yet. Run "npm run setup".'
        : `The native addon of @consonance/dsp-native does not load on ${process.platform}-${process.arch} ` +
            `with Node ${process.version}: ${(cause as Error).message}. Run "npm run setup" to build it anew.`,
      { cause },
    );
  }
}

export const native = load();

/** Runs native code and turns its errors into DspError; others, such as RangeError, pass. */
export function guarded<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    throw asDspError(error);
  }
}

export function asDspError(error: unknown): unknown {
  return error instanceof Error && 'code' in error && error.code === 'INVALID_ARGUMENT'
    ? new DspError('INVALID_ARGUMENT', error.message)
    : error;
}
