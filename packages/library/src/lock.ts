import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { LibraryError } from './errors.ts';

/**
 * One process at a time: PGlite itself has no lock, and two processes on one directory lose rows.
 *
 * An open exclusive SQLite transaction is a lock that every platform's kernel releases with the
 * process, however it dies, so there is no stale lock file to judge. `lock.pid` only names the
 * holder in the error message.
 *
 * @returns the function that releases the lock
 * @throws LibraryError LOCKED
 */
export function lockDirectory(directory: string): () => void {
  const pidFile = join(directory, 'lock.pid');
  const lock = new DatabaseSync(join(directory, 'lock.db'), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    writeFileSync(pidFile, String(process.pid));
  } catch (error) {
    lock.close();
    if (!isBusy(error)) throw error;
    throw new LibraryError(
      'LOCKED',
      `The data directory ${directory} is in use by ${holder(pidFile)}: close that one first`,
      { cause: error },
    );
  }
  return () => lock.close();
}

const SQLITE_BUSY = 5;

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
}

function holder(pidFile: string): string {
  try {
    return `process ${readFileSync(pidFile, 'utf8')}`;
  } catch {
    return 'another process';
  }
}
