import { decodeWindows } from './decode.ts';
import { validateFrontEnd, type FrontEnd } from './front-end.ts';
import { folderPicture } from './media/folder-picture.ts';
import { melOfWindow } from './mel.ts';
import type { Mel } from './stored-mel.ts';
import { readTags, type TrackTags } from './tags.ts';

export interface MelWindow<Values extends Mel = Float32Array> {
  startSeconds: number;
  /** melBands x frontEndFrames, row-major, compressed as the front end says (see melOfWindow). */
  mel: Values;
}

export interface TrackAudio<Values extends Mel = Float32Array> {
  durationSeconds: number;
  tags: TrackTags;
  windows: MelWindow<Values>[];
  /** Sentences about what was wrong with the file though it could be analysed. */
  warnings: string[];
}

/**
 * From a file to its tags and the mel spectrograms of its windows, in this process: decoding blocks
 * the thread, and a file that crashes the decoder takes the process along (see AudioWorkerPool).
 * @throws AudioError, AudioOptionError
 */
export async function analyzeFile(path: string, frontEnd: FrontEnd): Promise<TrackAudio> {
  validateFrontEnd(frontEnd);
  const { durationSeconds, windows, hasPicture, warnings } = decodeWindows(path, frontEnd);
  const mels = windows.map(({ startSeconds, samples }) => ({
    startSeconds,
    mel: melOfWindow(samples, frontEnd),
  }));
  const tags = await readTags(path).catch((error: Error): TrackTags => {
    warnings.push(error.message);
    return { genres: [] };
  });
  if (hasPicture || folderPicture(path) !== undefined) tags.hasCover = true;
  return { durationSeconds, tags, windows: mels, warnings };
}
