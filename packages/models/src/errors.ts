export type ModelErrorCode =
  | 'NO_TENSORFLOW' // the set-up has not run, or did not finish
  | 'BAD_MODEL' // a model folder that is missing, damaged or of another version
  | 'BAD_INPUT' // mel windows that do not fit the model's front end
  | 'BAD_OPTION'
  | 'BAD_DATA' // a data set that cannot be trained on
  | 'NOT_WRITTEN' // a file that could not be written: disk full, no permission
  | 'NOT_STARTED' // the embedder's process ended before it was ready: no input is to blame
  | 'CRASHED'; // the embedder's process ended

export class ModelError extends Error {
  readonly code: ModelErrorCode;

  constructor(code: ModelErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ModelError';
    this.code = code;
  }
}

/** `Expected <what> for <name> but received <value>.` */
export const expected = (
  code: ModelErrorCode,
  what: string,
  name: string,
  received: unknown,
): ModelError =>
  new ModelError(code, `Expected ${what} for ${name} but received ${JSON.stringify(received)}.`);
