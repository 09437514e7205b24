import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { libraryOf } from '../libraries.ts';
import type { LibraryProbe } from '../library-probe.ts';
import type { Context } from '../part.ts';

const script = path.resolve(import.meta.dirname, '..', 'library-probe.ts');

/** A process of its own, so that nothing else is in its memory. */
export async function probeLibrary(songs: number, { log }: Context): Promise<LibraryProbe> {
  const directory = await libraryOf(songs, log);
  log(`opening a library of ${songs} songs`);
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--expose-gc',
    script,
    directory,
  ]);
  return JSON.parse(stdout) as LibraryProbe;
}
