import { melBands, patchFrames } from './network.ts';

/** Samples of the transform that the network was trained with. */
const trainedFftSize = 512;

export interface PatchOptions {
  /** Patches at most, spread evenly over what there is to hear; by default all. */
  most?: number;
  /**
   * Samples of the transform that `mel` was made with, where the sample rate is not 16 kHz: its powers
   * are scaled to those of a transform of 512 samples. Should last 32 ms, too.
   */
  fftSize?: number;
}

/**
 * The patches of a window, one after the other, as the network wants them. Silence that pads a short
 * track is left out, and a track shorter than one patch is repeated, as in the network's training.
 *
 * @param mel melBands x frames, row-major, ln(1 + 10000 x)
 * @returns patches x patchFrames x melBands, log10(1 + 10000 x)
 */
export function patchesOf(
  mel: Float32Array,
  { most = Infinity, fftSize = trainedFftSize }: PatchOptions = {},
): Float32Array {
  const frames = mel.length / melBands;
  const heard = Math.max(1, heardFrames(mel, frames));
  const whole = Math.max(1, Math.floor(heard / patchFrames));
  const count = Math.min(whole, most);
  const rescale = toTrainedScale(fftSize);
  const patches = new Float32Array(count * patchFrames * melBands);
  for (let patch = 0; patch < count; patch++) {
    const start = Math.floor(((patch + 0.5) * whole) / count) * patchFrames;
    for (let frame = 0; frame < patchFrames; frame++) {
      const source = (start + frame) % heard;
      const target = (patch * patchFrames + frame) * melBands;
      for (let band = 0; band < melBands; band++) {
        patches[target + band] = rescale(mel[band * frames + source]!) / Math.LN10;
      }
    }
  }
  return patches;
}

/** A transform of n samples has powers (n / 512)^2 times as large, of tones and of noise alike. */
function toTrainedScale(fftSize: number): (value: number) => number {
  if (fftSize === trainedFftSize) return (value) => value;
  const factor = (trainedFftSize / fftSize) ** 2;
  return (value) => Math.log1p(Math.expm1(value) * factor);
}

/** Frames up to the last one that is not digital silence. */
function heardFrames(mel: Float32Array, frames: number): number {
  for (let heard = frames; heard > 0; heard--) {
    for (let band = 0; band < melBands; band++) {
      if (mel[band * frames + heard - 1]! > 0) return heard;
    }
  }
  return 0;
}
