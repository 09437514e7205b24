/** A mistake on the command line; the message names the argument and what was expected. */
export class UsageError extends Error {
  readonly code = 'USAGE';

  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** The errors that explain themselves carry a code in capitals; of all others the stack is worth showing. */
export const isExpected = (error: unknown): error is Error & { code: string } =>
  error instanceof Error && 'code' in error && typeof error.code === 'string';
