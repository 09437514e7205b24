import { isIP } from 'node:net';
import { hostname } from 'node:os';

type Headers = Record<string, string | string[] | undefined>;

/**
 * Whether the Host header names this server. A page of an attacker whose name has been pointed at this
 * machine (DNS rebinding) sends the attacker's name; addresses cannot be pointed anywhere.
 * @param allowed further names, as of a reverse proxy
 */
export function isOwnHost(host: string | undefined, allowed: readonly string[]): boolean {
  const name = host && URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : '';
  const own = ['localhost', hostname(), `${hostname()}.local`, ...allowed];
  const bare = name.replace(/^\[|\]$/g, '');
  return isIP(bare) !== 0 || own.some((one) => one.toLowerCase() === name);
}

/**
 * Whether a page of another site makes this request: by fetch metadata (https://www.w3.org/TR/fetch-metadata/)
 * or, in browsers without it, by the Origin of requests that may change something.
 * @param isPage whether the path leads to a page, which other sites may link to
 */
export function isForeign(method: string, headers: Headers, isPage: boolean): boolean {
  const site = headers['sec-fetch-site'];
  const isSafe = method === 'GET' || method === 'HEAD';
  if (site === undefined) return !isSafe && !isSameOrigin(headers);
  if (site === 'same-origin' || site === 'none') return false;
  const isLink =
    headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  return !(isSafe && isPage && isLink);
}

function isSameOrigin({ origin, host }: Headers): boolean {
  if (origin === undefined) return true;
  return URL.canParse(String(origin)) && new URL(String(origin)).host === host;
}

/** Whether only this machine can reach a server that listens there. */
export function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || /^127\.\d+\.\d+\.\d+$/.test(address);
}
