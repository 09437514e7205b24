/** From an audio file to tags and mel spectrogram windows. */
export { analyzeFile, type MelWindow, type TrackAudio } from './analyze.ts';
export { decodeMono, minimumSeconds, type DecodeOptions } from './decode.ts';
export { decoderInfo, type DecoderInfo } from './decoders.ts';
export { AudioError, AudioOptionError, type AudioErrorCode } from './errors.ts';
export { audioExtensions } from './extensions.ts';
export {
  frontEndFrames,
  frontEndId,
  frontEndValues,
  validateFrontEnd,
  windowSamples,
  type FrontEnd,
  type SpectrogramOptions,
} from './front-end.ts';
export { type ClipOptions, type Loudness } from './media/clip.ts';
export { type Peaks } from './media/peaks.ts';
export { type AudioFormat, type TranscodeFormat } from './media/transcode.ts';
export { melOfWindow } from './mel.ts';
export { AudioWorkerPool, type AudioWorkerPoolOptions } from './pool.ts';
export type { Confinement } from './sandbox.ts';
export { readMels, removeMels, type Mel, type StoredMel } from './stored-mel.ts';
export { readTags, type TrackTags } from './tags.ts';
export { planWindows } from './windows.ts';
