import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { AudioError, expected } from './errors.ts';

/** @throws AudioError UNREADABLE or EMPTY */
export function checkReadable(path: string): void {
  const refuse = (code: 'UNREADABLE' | 'EMPTY', received: string, cause?: unknown): never => {
    throw new AudioError(code, expected('a readable audio file', path, received), { cause });
  };
  try {
    const status = statSync(path);
    if (!status.isFile()) refuse('UNREADABLE', 'something that is not a file');
    accessSync(path, constants.R_OK);
    if (status.size === 0) refuse('EMPTY', 'an empty file');
  } catch (error) {
    if (error instanceof AudioError) throw error;
    refuse('UNREADABLE', (error as NodeJS.ErrnoException).code ?? String(error), error);
  }
}

/** The first bytes of a file, at most `count`. */
export function readBeginning(path: string, count: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const data = Buffer.alloc(count);
    return data.subarray(0, readSync(file, data, 0, count, 0));
  } finally {
    closeSync(file);
  }
}

/** How the known containers begin, with `.` for any byte. */
const signatures =
  /^(ID3|fLaC|OggS|RIFF....WAVE|FORM....AIF|....ftyp|\x30\x26\xb2\x75|\x1a\x45\xdf\xa3)/s;

/** Whether the file claims to be audio, readable or not. */
export function hasAudioSignature(path: string): boolean {
  return signatures.test(readBeginning(path, 12).toString('latin1'));
}
