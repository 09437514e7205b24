/** Finds the Chromium that the end-to-end tests drive, or installs Debian's. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

function findChromium(env) {
  if (env.CHROMIUM) return env.CHROMIUM;
  const folders = [...(env.PATH ?? '').split(path.delimiter), '/usr/bin'].filter(Boolean);
  return folders.flatMap((folder) => names.map((name) => path.join(folder, name))).find(executable);
}

function executable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * @returns the path of the browser
 * @throws Error with what to do, where it is missing and cannot be installed
 */
export function provisionChromium({ log, env }) {
  const found = findChromium(env);
  if (found) return found;
  log('Installing Chromium for the end-to-end tests ...');
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const quiet = { stdio: ['ignore', 'ignore', 2] };
  for (const args of [
    ['apt-get', 'update', '-qq'],
    ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'chromium'],
  ]) {
    const [command, ...rest] = [...sudo, 'env', 'DEBIAN_FRONTEND=noninteractive', ...args];
    spawnSync(command, rest, quiet);
  }
  const installed = findChromium(env);
  if (installed) return installed;
  throw new Error(
    'The end-to-end tests need Chromium, and it could not be installed.\n' +
      '  Debian: sudo apt-get install chromium\n' +
      '  elsewhere: install Chromium or Chrome and set CHROMIUM to its path\n' +
      'Then run the same command again.',
  );
}
