import type { TrackAudio } from './analyze.ts';
import type { AudioErrorCode } from './errors.ts';
import type { FrontEnd } from './front-end.ts';

/** What AudioWorkerPool and its worker processes say to each other. */
export interface Request {
  path: string;
  frontEnd: FrontEnd;
}

export type Response = { track: TrackAudio } | { code: AudioErrorCode; message: string };
