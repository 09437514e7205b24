/** Tokens of invitations, secrets of browsers, codes of withdrawal: only their hashes are stored. */
import { createHash, createHmac, randomBytes } from 'node:crypto';

/** 256 random bits. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

export const hashed = (secret: string): string => createHash('sha256').update(secret).digest('hex');

const codeLetters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** 100 bits that follow from the secret, to write down: 'AB12-...'. */
export function withdrawalCode(secret: string): string {
  const bytes = createHmac('sha256', secret).update('withdrawal').digest().subarray(0, 20);
  const letters = Array.from(bytes, (byte) => codeLetters[byte % 32]).join('');
  return letters.match(/.{5}/g)!.join('-');
}

/** As it is compared: people type small letters and leave out hyphens. */
export const hashedCode = (code: string): string =>
  hashed(code.toUpperCase().replace(/[^0-9A-Z]/g, ''));
