import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { AccessError } from './errors.ts';

/** Of UTF-16 code units; the upper bound keeps hashing cheap. */
const passwordLength = { minimum: 8, maximum: 1000 };

/**
 * Argon2id with the library's defaults, which are OWASP's first choice: 19 MiB, 2 passes, 1 lane.
 * @throws AccessError BAD_PASSWORD
 */
export async function hashPassword(password: string): Promise<string> {
  const { minimum, maximum } = passwordLength;
  if (password.length < minimum || password.length > maximum) {
    throw new AccessError(
      'BAD_PASSWORD',
      `Expected ${minimum} to ${maximum} characters for password but received ${password.length}`,
    );
  }
  return hash(password);
}

let nobodysHash: Promise<string> | undefined;

/** Takes the same time for a name that nobody has, so that names cannot be found out. */
export async function isPassword(
  passwordHash: string | undefined,
  password: string,
): Promise<boolean> {
  if (password.length > passwordLength.maximum) return false;
  nobodysHash ??= hash(randomBytes(16));
  const isRight = await verify(passwordHash ?? (await nobodysHash), password);
  return isRight && passwordHash !== undefined;
}
