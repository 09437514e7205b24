import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Content-Security-Policy of a page whose inline scripts have these hashes; without any for the rest. */
export function contentPolicy(scriptHashes: readonly string[] = []): string {
  return [
    "default-src 'none'",
    ['script-src', "'self'", ...scriptHashes.map((hash) => `'sha256-${hash}'`)].join(' '),
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' blob: data:",
    "media-src 'self' blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** SHA-256 in base64 of what stands between the tags of each script without a source. */
export function inlineScriptHashes(html: string): string[] {
  const scripts = html.matchAll(/<script\b([^>]*)>(.*?)<\/script>/gis);
  const inline = [...scripts].filter(([, attributes]) => !/\bsrc\s*=/i.test(attributes!));
  const hashes = inline.map(([, , code]) => createHash('sha256').update(code!).digest('base64'));
  return [...new Set(hashes)];
}

/** The policies of pages of a static web app, which may be built anew while it is served. */
export class PagePolicies {
  readonly #known = new Map<string, { changed: number; policy: string }>();

  /** @param changed when the file was changed last; it is read again after that */
  of(file: string, changed: number): string {
    const known = this.#known.get(file);
    if (known?.changed === changed) return known.policy;
    const policy = contentPolicy(inlineScriptHashes(readFileSync(file, 'utf8')));
    this.#known.set(file, { changed, policy });
    return policy;
  }
}
