/** Builds the web pages (apps/web/out) when their sources have changed since the last build. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** What the pages are made of: their own files, the types of the API, and the installed packages. */
const sources = ['package-lock.json', 'tsconfig.base.json', 'apps/web', 'apps/api/src'];
/** Made by the build. */
const made = /^apps\/web\/(out|\.next|node_modules|next-env\.d\.ts|.*\.tsbuildinfo)/;

export function buildWeb({ log, root, env }) {
  const web = path.join(root, 'apps', 'web');
  const stamp = path.join(web, 'out', '.sources');
  const hash = hashOf(root);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return false;
  log('Building the web pages ...');
  // A build that stops half-way must not leave yesterday's stamp behind.
  rmSync(stamp, { force: true });
  execFileSync(path.join(root, 'node_modules', '.bin', 'next'), ['build'], {
    cwd: web,
    env: { ...env, NEXT_TELEMETRY_DISABLED: '1' },
    stdio: ['ignore', 2, 2],
  });
  writeFileSync(stamp, hash);
  return true;
}

function hashOf(root) {
  const hash = createHash('sha256');
  const files = sources.flatMap((source) =>
    statSync(path.join(root, source)).isFile()
      ? [source]
      : readdirSync(path.join(root, source), { recursive: true }).map((file) =>
          path.posix.join(source, file.replaceAll('\\', '/')),
        ),
  );
  for (const file of files.filter((name) => !made.test(name)).sort()) {
    if (!statSync(path.join(root, file)).isFile()) continue;
    hash.update(`${file}\0`).update(readFileSync(path.join(root, file)));
  }
  return hash.digest('hex');
}
