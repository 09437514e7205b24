import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomically } from '../tensor-file.ts';

/**
 * Rows of `length` floats that were computed from a file, kept in `folder` until the file changes.
 * The folder's name says what made them.
 */
export async function cachedFloats(
  folder: string,
  file: string,
  length: number,
  compute: () => Promise<Float32Array[]>,
): Promise<Float32Array[]> {
  const { size, mtimeMs } = await stat(file);
  const key = createHash('sha256')
    .update(`${file}\0${size}\0${mtimeMs}`)
    .digest('hex')
    .slice(0, 32);
  const cached = path.join(folder, `${key}.f32`);
  const bytes = await readFile(cached).catch(() => undefined);
  if (bytes && bytes.byteLength > 0 && bytes.byteLength % (4 * length) === 0) {
    const all = new Float32Array(
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
    );
    return Array.from({ length: all.length / length }, (_, i) =>
      all.subarray(i * length, (i + 1) * length),
    );
  }
  const rows = await compute();
  const parts = rows.map((row) => Buffer.from(row.buffer, row.byteOffset, row.byteLength));
  await writeAtomically(cached, Buffer.concat(parts));
  return rows;
}
