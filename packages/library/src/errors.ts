export type LibraryErrorCode =
  | 'LOCKED' // another process, or this one, has the data directory open
  | 'BAD_DATA_DIRECTORY' // not a folder, not writable, or not a database of ours
  | 'BAD_DATABASE' // the database server cannot be reached when the library is opened, or lacks something
  | 'DATABASE_AWAY' // it was lost, or cannot be reached now: worth another try
  | 'DATABASE_FULL' // it has no room left: what was to be written is not
  | 'SCHEMA_TOO_NEW' // written by a later version
  | 'BAD_BACKUP' // not a backup, or not all of one
  | 'NOT_EMPTY' // a backup is restored to an empty library only
  | 'NOT_FOUND' // no such model
  | 'BAD_OPTION' // an unknown option, or a value out of range
  | 'MODEL_MISMATCH' // one model id, two shapes
  | 'ANALYSIS_STOPPED'; // decoder, embedder or database failed: no file is to blame

export class LibraryError extends Error {
  readonly code: LibraryErrorCode;

  constructor(code: LibraryErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LibraryError';
    this.code = code;
  }
}

export function expected(what: string, name: string, received: unknown): LibraryError {
  const value = typeof received === 'string' ? `'${received}'` : String(received);
  return new LibraryError(
    'BAD_OPTION',
    `Expected ${what} for ${name} but received ${value} of type ${typeof received}`,
  );
}

/** A misspelt option is an error, not a silent default. */
export function checkOptions(options: object, allowed: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (!allowed.includes(name)) throw expected(`one of ${allowed.join(', ')}`, 'option', name);
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
