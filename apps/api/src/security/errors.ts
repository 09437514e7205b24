export type AccessErrorCode =
  /** Name or password do not fit; which of the two is not said. */
  | 'WRONG_PASSWORD'
  | 'TOO_MANY_ATTEMPTS'
  /** A new password that is too short or too long. */
  | 'BAD_PASSWORD'
  /** There must be somebody who may add users. */
  | 'LAST_ADMIN'
  /** An address that others can reach, and nobody who would have to log in. */
  | 'NO_USERS';

export class AccessError extends Error {
  override readonly name = 'AccessError';
  readonly code: AccessErrorCode;

  constructor(code: AccessErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
