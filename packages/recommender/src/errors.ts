/** A request the recommender cannot answer; `code` is stable, the message names what was expected. */
export class RecommenderError extends Error {
  readonly code:
    | 'BAD_CATALOGUE'
    | 'BAD_INTERACTIONS'
    | 'UNKNOWN_SONG'
    | 'NO_SEEDS'
    | 'BAD_OPTION'
    | 'BAD_RECORD';

  constructor(code: RecommenderError['code'], message: string) {
    super(message);
    this.name = 'RecommenderError';
    this.code = code;
  }
}
