export type EngineErrorCode =
  | 'NOTHING_ANALYSED' // no song has features of the current model
  | 'UNKNOWN_SONG'
  | 'UNKNOWN_LISTENER' // nobody of this name has a history
  | 'UNKNOWN_FOLDER'
  | 'UNKNOWN_PLAYLIST'
  | 'UNKNOWN_REPORT' // or run
  | 'UNKNOWN_MODEL'
  | 'BAD_HISTORY' // a listening history of which no line can be read, or of an unknown format
  | 'BAD_OPTION';

/** The message names what was given and what was expected. */
export class EngineError extends Error {
  readonly code: EngineErrorCode;

  constructor(code: EngineErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EngineError';
    this.code = code;
  }
}
