// The one place that loads the addon and knows its shape.
import { createRequire } from 'node:module';
import path from 'node:path';

import { DspError } from './errors.ts';
import type { DecibelOptions, MelOptions, StftOptions } from './options.ts';

export interface NativeStft {
  bins(): number;
  frames(signal: Float32Array): number;
  transform(signal: Float32Array, real: Float32Array, imag: Float32Array, threads?: number): void;
  spectrogram(
    signal: Float32Array,
    options: { power?: 1 | 2 | undefined },
    output: Float32Array,
    threads?: number,
  ): void;
  release(): void;
}

export interface NativeMelExtractor {
  options(): Required<MelOptions>;
  bins(): number;
  bands(): number;
  frames(signal: Float32Array): number;
  filterbank(output: Float32Array): void;
  compute(signal: Float32Array, output: Float32Array, threads?: number): void;
  /** @param isOwn whether nobody else knows the output; else it must lie in a SharedArrayBuffer. */
  computeAsync(
    signal: Float32Array,
    output: Float32Array,
    threads: number | undefined,
    isOwn: boolean,
  ): Promise<void>;
  /** Frees the plan now instead of at garbage collection. Calls that are running keep it. */
  release(): void;
}

export type Compress<Options> = (
  data: Float32Array,
  options: Options,
  output: Float32Array,
  isa?: string,
) => void;

/** `isa` picks a path other than the fastest one, for tests and benchmarks. */
interface NativeAddon {
  Stft: new (options: StftOptions, isa?: string) => NativeStft;
  MelExtractor: new (options: MelOptions, isa?: string) => NativeMelExtractor;
  powerToDecibels: Compress<DecibelOptions>;
  amplitudeToDecibels: Compress<DecibelOptions>;
  logCompress: Compress<number>;
  instructionSets(): string[];
}

function load(): NativeAddon {
  const root = path.dirname(import.meta.dirname);
  try {
    // The addon that was compiled here, or else the prebuilt one of this platform.
    return createRequire(import.meta.url)('node-gyp-build')(root) as NativeAddon;
  } catch (cause) {
    throw new DspError(
      'ADDON_MISSING',
      `The native addon of @consonance/dsp-native is not built or does not load on ${process.platform}-` +
        `${process.arch} with Node ${process.version}: ${(cause as Error).message.trim()}. ` +
        `Build it with "node ${path.join(root, 'scripts/build.mjs')}".`,
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
