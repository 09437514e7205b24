import type { Accounts } from '../security/index.ts';
import type { Parameters } from './parameters.ts';
import { SubsonicError } from './protocol.ts';

/**
 * The name of the listener whose player asks, by an app password: as token (`u`, `t`, `s`), in plain
 * or hexadecimal (`u`, `p`), or as `apiKey`. The password of the log-in is never accepted, since
 * players keep what they send. In single-user mode whatever the player says is true.
 *
 * https://opensubsonic.netlify.app/docs/api-reference/ and /docs/extensions/apikeyauth/
 * @throws SubsonicError 10, 40, 43, 44
 */
export async function authenticate(parameters: Parameters, accounts: Accounts): Promise<string> {
  const apiKey = parameters.optional('apiKey');
  if (apiKey !== undefined) {
    if (['u', 'p', 't', 's'].some((name) => parameters.optional(name) !== undefined)) {
      throw new SubsonicError('conflictingMechanisms', 'Expected apiKey alone');
    }
    const user = await accounts.byAppSecret(apiKey);
    if (user === undefined) throw new SubsonicError('invalidApiKey', 'Invalid API key');
    return user.name;
  }
  const name = parameters.required('u');
  if (await accounts.isOpen()) return name;
  const token = parameters.optional('t');
  const user =
    token === undefined
      ? await accounts.byAppSecret(plain(parameters.required('p')))
      : await accounts.byToken(name, token, parameters.required('s'));
  if (user === undefined || user.name.toLowerCase() !== name.trim().toLowerCase()) {
    throw new SubsonicError('wrongPassword', 'Wrong username or app password');
  }
  return user.name;
}

function plain(password: string): string {
  const hexadecimal = /^enc:([0-9a-f]*)$/i.exec(password)?.[1];
  return hexadecimal === undefined ? password : Buffer.from(hexadecimal, 'hex').toString('utf8');
}
