import { melBands, patchFrames } from './network.ts';

/**
 * The patches of a window, one after the other without overlap, as the network wants them. Silence
 * that pads a short track is left out, and a track shorter than one patch is repeated, as in the
 * network's training.
 *
 * @param mel melBands x frames, row-major, ln(1 + 10000 x)
 * @returns patches x patchFrames x melBands, log10(1 + 10000 x)
 */
export function patchesOf(mel: Float32Array): Float32Array {
  const frames = mel.length / melBands;
  const heard = Math.max(1, heardFrames(mel, frames));
  const length = Math.max(1, Math.floor(heard / patchFrames)) * patchFrames;
  const patches = new Float32Array(length * melBands);
  for (let band = 0; band < melBands; band++) {
    for (let frame = 0; frame < length; frame++) {
      patches[frame * melBands + band] = mel[band * frames + (frame % heard)]! / Math.LN10;
    }
  }
  return patches;
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
