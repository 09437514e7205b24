import type { TrackAudio } from './analyze.ts';
import type { AudioErrorCode } from './errors.ts';
import type { FrontEnd } from './front-end.ts';
import type { ClipOptions, Loudness } from './media/clip.ts';
import type { Peaks } from './media/peaks.ts';
import type { Confinement } from './sandbox.ts';
import type { AudioFormat, TranscodeFormat } from './media/transcode.ts';
import type { Mel } from './stored-mel.ts';

/** What a worker process can do: what it is given besides the file's path, and what it answers. */
export interface Jobs {
  analyze: { options: { frontEnd: FrontEnd }; result: TrackAudio };
  analyzeInto: { options: { frontEnd: FrontEnd; target: string }; result: TrackAudio<Mel> };
  format: { options: object; result: AudioFormat };
  transcode: {
    options: { target: string; format: TranscodeFormat; bitRate?: number };
    result: void;
  };
  cover: { options: { size: number }; result: Uint8Array | undefined };
  spectrogram: { options: { frontEnd: FrontEnd }; result: Uint8Array };
  peaks: { options: object; result: Peaks };
  clip: { options: ClipOptions & { target: string }; result: Loudness };
  soundCheck: { options: { seconds: number }; result: Loudness };
  confinement: { options: object; result: Confinement };
}

/** What AudioWorkerPool and its worker processes say to each other. */
export type Request = {
  [Name in keyof Jobs]: { job: Name; path: string; options: Jobs[Name]['options'] };
}[keyof Jobs];

/** The first message of a worker process: from now on it is a file that ends it. */
export type Ready = 'ready';

export type Response = { result: unknown } | { code: AudioErrorCode; message: string };
