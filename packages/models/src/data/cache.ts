import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomically } from '../tensor-file.ts';

/**
 * Where numbers that were computed from a file are kept until it changes. The folder's name says what
 * made them.
 */
export async function cachePath(folder: string, file: string): Promise<string> {
  const { size, mtimeMs } = await stat(file);
  const key = createHash('sha256')
    .update(`${file}\0${size}\0${mtimeMs}`)
    .digest('hex')
    .slice(0, 32);
  return path.join(folder, `${key}.f32`);
}

/** Whether a file of so many bytes holds rows of `length` floats, and at least one. */
const holdsRows = (bytes: number, length: number): boolean =>
  bytes > 0 && bytes % (4 * length) === 0;

export async function hasRows(cached: string, length: number): Promise<boolean> {
  const stats = await stat(cached).catch(() => undefined);
  return stats !== undefined && holdsRows(stats.size, length);
}

/** The rows of a cached file; undefined where it is missing or damaged. */
export async function readRows(
  cached: string,
  length: number,
): Promise<Float32Array[] | undefined> {
  const bytes = await readFile(cached).catch(() => undefined);
  if (!bytes || !holdsRows(bytes.byteLength, length)) return undefined;
  const all = new Float32Array(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
  );
  return Array.from({ length: all.length / length }, (_, i) =>
    all.subarray(i * length, (i + 1) * length),
  );
}

export const writeRows = (cached: string, rows: readonly Float32Array[]): Promise<void> =>
  writeAtomically(
    cached,
    Buffer.concat(rows.map((row) => Buffer.from(row.buffer, row.byteOffset, row.byteLength))),
  );

/** Rows of `length` floats that were computed from a file, kept in `folder` until the file changes. */
export async function cachedFloats(
  folder: string,
  file: string,
  length: number,
  compute: () => Promise<Float32Array[]>,
): Promise<Float32Array[]> {
  const cached = await cachePath(folder, file);
  const before = await readRows(cached, length);
  if (before) return before;
  const rows = await compute();
  await writeRows(cached, rows);
  return rows;
}
