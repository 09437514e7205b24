export type EngineErrorCode =
  | 'NOTHING_ANALYSED' // no song has features of the current model
  | 'UNKNOWN_SONG'
  | 'UNKNOWN_LISTENER' // nobody of this name has a history
  | 'UNKNOWN_FOLDER'
  | 'UNKNOWN_PLAYLIST'
  | 'UNKNOWN_REPORT' // or run
  | 'UNKNOWN_MODEL'
  | 'BAD_HISTORY' // a listening history of which no line can be read, or of an unknown format
  | 'BAD_OPTION'
  | 'UNKNOWN_STUDY'
  | 'NOT_DRAFT' // a study whose plan is frozen
  | 'STUDY_OPEN' // nobody may see results yet
  | 'STUDY_CLOSED' // or not open yet
  | 'PLAN_CHANGED' // the plan is not the one that was frozen
  | 'TOO_FEW_SONGS' // the library cannot fill the clips of a study
  | 'NOT_INVITED' // no participant has this secret, or token
  | 'INVITATION_USED'
  | 'WRONG_PHASE' // of taking part in a study
  | 'TOO_EARLY' // a rating before the clip was heard long enough
  | 'NO_CONSENT' // of a listener to interleaving
  | 'UNKNOWN_SESSION'; // of interleaving

/** The message names what was given and what was expected. */
export class EngineError extends Error {
  readonly code: EngineErrorCode;

  constructor(code: EngineErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EngineError';
    this.code = code;
  }
}
