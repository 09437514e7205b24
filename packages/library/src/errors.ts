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

/** Of PostgreSQL: shutting down, starting, too many connections, connection exceptions. */
const away = /^(57P0[123]|53300|08...)$/;
/** Of the system: no connection to be had, or one that was lost. */
const unreachable =
  /^E(CONNREFUSED|CONNRESET|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|HOSTDOWN|AI_AGAIN)$/;
/** Of `pg`, which gives these no code. */
const lostConnection =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client (was closed|has encountered a connection error))/;

/** An error of a database server that says nothing of the statement, as one of ours. */
export function serverError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const code = first instanceof Error && 'code' in first ? String(first.code) : '';
  if (away.test(code) || unreachable.test(code) || lostConnection.test(error.message)) {
    return new LibraryError(
      'DATABASE_AWAY',
      `The database server cannot be reached${code && ` (${code})`}: try again in some seconds`,
      { cause: error },
    );
  }
  if (code === '53100') {
    return new LibraryError(
      'DATABASE_FULL',
      'The disk of the database server is full, so this was not written: it needs room',
      { cause: error },
    );
  }
  return error;
}

export function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
