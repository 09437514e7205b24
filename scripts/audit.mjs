/**
 * `npm run audit`: every licence of the lock file is one that we accept, and npm knows of no serious
 * vulnerability. What cannot be checked fails, too.
 */
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** Permissive ones, and those that bind their own files or library only. */
const accepted = new Set([
  ...[
    '0BSD',
    'Apache-2.0',
    'BlueOak-1.0.0',
    'BSD-2-Clause',
    'BSD-3-Clause',
    'CC0-1.0',
    'CC-BY-4.0',
  ],
  ...['ISC', 'LGPL-3.0-or-later', 'MIT', 'MPL-2.0', 'OFL-1.1', 'Python-2.0', 'Unlicense', 'Zlib'],
]);

/** Of packages that do not say it in their package.json but in a file. */
const stated = { '@shinyoshiaki/jspack@0.0.6': 'BSD-3-Clause' };

/** @param expression of SPDX, without exceptions (WITH) */
export function isAccepted(expression) {
  const [choices, parts] = [expression.split(' OR '), expression.split(' AND ')];
  const bare = (one) => one.replace(/^[( ]+|[) ]+$/g, '');
  if (choices.length > 1) return choices.some((one) => isAccepted(bare(one)));
  if (parts.length > 1) return parts.every((one) => isAccepted(bare(one)));
  return accepted.has(bare(expression));
}

/** @param lock package-lock.json. @returns one line for each package whose licence is not accepted */
export function refusedLicences(lock) {
  return Object.entries(lock.packages).flatMap(([folder, { version, license, link }]) => {
    const name = folder.split('node_modules/').pop();
    if (link || !folder.includes('node_modules/')) return [];
    const licence = license ?? stated[`${name}@${version}`] ?? 'none stated';
    return isAccepted(licence) ? [] : [`${name}@${version}: ${licence}`];
  });
}

if (process.argv[1] === import.meta.filename) {
  const root = path.dirname(import.meta.dirname);
  const lock = JSON.parse(await readFile(path.join(root, 'package-lock.json'), 'utf8'));
  const refused = refusedLicences(lock);
  console.log(
    refused.length === 0
      ? `Licences: all of ${Object.keys(lock.packages).length} packages accepted.`
      : `Licences that are not accepted:\n  ${refused.join('\n  ')}`,
  );
  const options = { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' };
  const { status } = spawnSync('npm', ['audit', '--audit-level=high'], options);
  console.log(
    status === 0
      ? 'Vulnerabilities: npm knows of no serious one.'
      : 'Vulnerabilities: see above; there are some, or the registry could not be asked.',
  );
  process.exitCode = refused.length === 0 && status === 0 ? 0 : 1;
}
