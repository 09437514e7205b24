/** MP3 frames to mono samples, and the sandbox for what decodes other files. */
import { createRequire } from 'node:module';

export { confineProgram } from './confine.ts';

interface NativeAddon {
  countMp3Frames(bytes: Uint8Array): { frames: number; bytes: number };
  decodeMp3(bytes: Uint8Array, frames: number, output: Float32Array): number;
}

/** Bytes of the longest frame, and samples. */
export const longestMp3Frame = 1441;
const mostSamples = 1152;

function load(): NativeAddon | undefined {
  try {
    return createRequire(import.meta.url)('../build/decode.node') as NativeAddon;
  } catch {
    return undefined; // Not built for this processor: another decoder does the work.
  }
}

const native = load();

/** The room for decoded samples is used again, so that no garbage is made of megabytes. */
let room = new Float32Array(0);

/** Whether the decoder was built for this machine; nothing is decoded where it is not. */
export const hasMp3Decoder = native !== undefined;

/**
 * The whole frames that `bytes` begins with: MPEG 1, 2 or 2.5 layer III, each right behind the other, of one version,
 * rate and number of channels. Reads their headers only.
 */
export function countMp3Frames(bytes: Uint8Array): { frames: number; bytes: number } {
  return native?.countMp3Frames(bytes) ?? { frames: 0, bytes: 0 };
}

/**
 * Decodes the first `frames` frames to mono (mean of channels), in this thread. The first ones are silent where they need
 * bytes from before (at most 511, the bit reservoir). Values are those of FFmpeg's `mp3float` to within rounding. Based on
 * dr_mp3 by David Reid and minimp3.
 *
 * @returns 1152 or 576 samples a frame, in [-1, 1] but for overshoot, valid until the next call; undefined where there are
 * fewer frames (see countMp3Frames), or one is damaged
 */
export function decodeMp3(bytes: Uint8Array, frames: number): Float32Array | undefined {
  if (room.length < frames * mostSamples) room = new Float32Array(frames * mostSamples);
  const samples = native?.decodeMp3(bytes, frames, room) ?? 0;
  return samples > 0 ? room.subarray(0, samples) : undefined;
}
