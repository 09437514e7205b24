import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';

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

/** The policy of each page of a static web app, by its file's path. */
export async function readPagePolicies(directory: string): Promise<Map<string, string>> {
  const policies = new Map<string, string>();
  for await (const name of glob('**/*.html', { cwd: directory })) {
    const path = join(directory, name);
    policies.set(path, contentPolicy(inlineScriptHashes(await readFile(path, 'utf8'))));
  }
  return policies;
}
