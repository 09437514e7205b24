export type AudioErrorCode =
  /** Missing, not a regular file, or no permission. */
  | 'UNREADABLE'
  /** 0 bytes. */
  | 'EMPTY'
  /** None of the known containers, or only chance resemblance to one. */
  | 'NOT_AUDIO'
  /** A picture, or a video without sound. */
  | 'NO_AUDIO_STREAM'
  /** Recognised, but nothing usable could be decoded. */
  | 'CORRUPT'
  /** Encrypted (DRM). */
  | 'PROTECTED'
  | 'UNSUPPORTED_CODEC'
  /** Less than `minimumSeconds` of audio. */
  | 'TOO_SHORT'
  /** What was made of it could not be stored: the disk is full. */
  | 'NOT_WRITTEN'
  /** The worker process died over this file. */
  | 'CRASHED'
  | 'TIMEOUT';

/** A file that cannot be analysed. The message names the file and what was expected of it. */
export class AudioError extends Error {
  override readonly name = 'AudioError';
  readonly code: AudioErrorCode;

  constructor(code: AudioErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A mistake of the caller, not of a file. */
export class AudioOptionError extends Error {
  override readonly name = 'AudioOptionError';
  readonly code: 'INVALID_OPTION' | 'UNKNOWN_OPTION';

  constructor(code: AudioOptionError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

export function expected(what: string, name: string, received: unknown): string {
  return `Expected ${what} for ${name} but received ${String(received)}`;
}

/** Refuses anything but an object with known keys. */
export function checkKeys(options: unknown, name: string, allowed: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    throw new AudioOptionError('INVALID_OPTION', expected('an object', name, options));
  }
  for (const key of Object.keys(options)) {
    if (!allowed.includes(key)) {
      const what = `only known fields (${allowed.join(', ')})`;
      throw new AudioOptionError('UNKNOWN_OPTION', expected(what, name, `'${key}'`));
    }
  }
}

/** Refuses a field that fails its check; an error names it as `<name>.<field>`. */
export function checkField<T extends object>(
  options: T,
  name: string,
  field: keyof T & string,
  what: string,
  isValid: (value: unknown) => boolean,
): void {
  const value = options[field];
  if (!isValid(value)) {
    throw new AudioOptionError('INVALID_OPTION', expected(what, `${name}.${field}`, value));
  }
}

export const isPositiveInteger = (value: unknown): boolean =>
  Number.isSafeInteger(value) && (value as number) > 0;

export const isAtLeast =
  (minimum: number) =>
  (value: unknown): boolean =>
    Number.isFinite(value) && (value as number) >= minimum;
