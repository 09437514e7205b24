/** Wide filters over spectrograms, and the largest answer over the frequencies. */
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';

export interface BankShape {
  /** Of an image. */
  frames: number;
  bands: number;
  kernelFrames: number;
  kernelBands: number;
  filters: number;
  /** Every so many bands are tried. */
  bandStride: number;
  /** Frames of zeros before the first frame; as many follow the last one as the filters need. */
  before: number;
}

interface NativeAddon {
  isFast: boolean;
  Bank: new (
    shape: BankShape,
    kernel: Float32Array,
  ) => {
    apply(images: Float32Array, count: number, output: Float32Array, threads: number): void;
  };
}

function load(): NativeAddon | undefined {
  try {
    return createRequire(import.meta.url)('../build/convolve.node') as NativeAddon;
  } catch {
    return undefined; // Not built for this processor.
  }
}

const native = load();
const threads = availableParallelism();

/** Whether there are filter banks on this machine; without them TensorFlow convolves. */
export const hasFilterBanks = native?.isFast ?? false;

/**
 * A bank of filters for images of one size. For every frame and filter it gives the largest answer (cross-correlation, as
 * `conv2d`) over the bands that the filter can be laid at: `max(conv2d(image, kernel, [1, bandStride]), 2)` without the map
 * in between. Along time the correlation is a product of spectra, so that long filters cost little more than short ones.
 */
export class FilterBank {
  readonly #shape: BankShape;
  readonly #native: InstanceType<NativeAddon['Bank']>;

  /**
   * @param kernel kernelFrames x kernelBands x filters
   * @throws RangeError where sizes do not fit; TypeError for other arrays; Error where `hasFilterBanks` is false
   */
  constructor(shape: BankShape, kernel: Float32Array) {
    if (!hasFilterBanks) throw new Error('Expected a processor with AVX2 or NEON for FilterBank');
    this.#shape = { ...shape };
    this.#native = new native!.Bank(this.#shape, kernel);
  }

  /**
   * On all cores that this process may use.
   * @param images count x frames x bands
   * @returns count x frames x filters
   * @throws RangeError where the size is another; TypeError for other arrays
   */
  apply(images: Float32Array, count: number): Float32Array {
    const { frames, filters } = this.#shape;
    const output = new Float32Array(count * frames * filters);
    this.#native.apply(images, count, output, threads);
    return output;
  }
}
