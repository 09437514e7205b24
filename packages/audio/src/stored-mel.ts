/** Spectrograms that processes hand to each other in files: megabytes a song, which messages would copy several times. */
import { closeSync, openSync, readSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { MelWindow } from './analyze.ts';

/** Float32 values in a file. */
export interface StoredMel {
  /** Path of the file. */
  file: string;
  /** Values of the file before the first one. */
  offset: number;
  /** Values. */
  length: number;
}

export type Mel = Float32Array | StoredMel;

/**
 * Writes all windows to one file. Where there is no room for it they stay what they are: slower on their way, but
 * no file is to blame.
 */
export function storeMels(windows: readonly MelWindow[], file: string): MelWindow<Mel>[] {
  try {
    writeFileSync(file, Buffer.concat(windows.map(({ mel }) => bytesOf(mel))));
  } catch {
    return [...windows];
  }
  let end = 0;
  return windows.map(({ startSeconds, mel: { length } }) => {
    const mel = { file, offset: end, length };
    end += length;
    return { startSeconds, mel };
  });
}

/** Used again, so that no garbage is made of megabytes. */
let room = new Float32Array(0);

/** Windows as they were before `storeMels`, valid until the next call. @throws Error when a file is gone or too short */
export function readMels(tracks: readonly (readonly MelWindow<Mel>[])[]): MelWindow[][] {
  const total = tracks.flat().reduce((sum, { mel }) => sum + mel.length, 0);
  if (room.length < total) room = new Float32Array(total);
  let end = 0;
  return tracks.map((windows) =>
    windows.map(({ startSeconds, mel }) => {
      if (mel instanceof Float32Array) return { startSeconds, mel };
      const values = room.subarray(end, (end += mel.length));
      read(mel, values);
      return { startSeconds, mel: values };
    }),
  );
}

/** Deletes the files behind these windows. */
export async function removeMels(windows: readonly MelWindow<Mel>[]): Promise<void> {
  const files = windows.flatMap(({ mel }) => (mel instanceof Float32Array ? [] : [mel.file]));
  await Promise.all([...new Set(files)].map((file) => rm(file, { force: true })));
}

function read({ file, offset }: StoredMel, values: Float32Array): void {
  const descriptor = openSync(file, 'r');
  try {
    const bytes = bytesOf(values);
    const first = offset * Float32Array.BYTES_PER_ELEMENT;
    const count = readSync(descriptor, bytes, 0, bytes.length, first);
    if (count === bytes.length) return;
    throw new Error(`Expected ${bytes.length} bytes of spectrograms in ${file} but read ${count}`);
  } finally {
    closeSync(descriptor);
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) =>
  Buffer.from(buffer, byteOffset, byteLength);
