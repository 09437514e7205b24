/**
 * Named float32 tensors in one file, in the safetensors format: 8 bytes with the header's length
 * (little-endian), a JSON header with type, shape and place of each tensor, then the numbers.
 */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { ModelError } from './errors.ts';

export interface NamedTensor {
  name: string;
  shape: number[];
  values: Float32Array;
}

interface HeaderEntry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

const prefixBytes = 8;

export function encodeTensors(tensors: readonly NamedTensor[]): Uint8Array {
  let offset = 0;
  const header: Record<string, HeaderEntry> = {};
  for (const { name, shape, values } of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, (offset += values.byteLength)] };
  }
  // Padded with spaces so that the numbers are aligned.
  const json = JSON.stringify(header);
  const headerBytes = Buffer.from(json.padEnd(Math.ceil(json.length / 8) * 8));
  const bytes = Buffer.alloc(prefixBytes + headerBytes.length + offset);
  bytes.writeBigUInt64LE(BigInt(headerBytes.length));
  headerBytes.copy(bytes, prefixBytes);
  for (const { name, values } of tensors) {
    const start = prefixBytes + headerBytes.length + header[name]!.data_offsets[0];
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), start);
  }
  return bytes;
}

/** @throws ModelError BAD_MODEL when the bytes are not what `encodeTensors` writes */
export function decodeTensors(bytes: Uint8Array, file: string): NamedTensor[] {
  try {
    const headerLength = Number(Buffer.from(bytes.subarray(0, prefixBytes)).readBigUInt64LE());
    const start = prefixBytes + headerLength;
    const text = Buffer.from(bytes.subarray(prefixBytes, start)).toString();
    return Object.entries(JSON.parse(text) as Record<string, HeaderEntry>).map(([name, entry]) => {
      const [from, to] = entry.data_offsets;
      // A copy, since the numbers need not be aligned in the bytes given.
      const values = new Float32Array(
        Uint8Array.from(bytes.subarray(start + from, start + to)).buffer,
      );
      const count = entry.shape.reduce((a, b) => a * b, 1);
      if (entry.dtype !== 'F32' || values.length !== count)
        throw new Error(`tensor ${name} does not fit`);
      return { name, shape: entry.shape, values };
    });
  } catch (cause) {
    throw new ModelError('BAD_MODEL', `${file} is damaged: it cannot be read as a tensor file.`, {
      cause,
    });
  }
}

export const readTensors = async (file: string): Promise<NamedTensor[]> =>
  decodeTensors(await readFile(file), file);

/**
 * Replaces the file in one step, so that a crash or a full disk leaves the old or the new one.
 *
 * @throws ModelError NOT_WRITTEN naming the file
 */
export async function writeAtomically(file: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, content);
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true });
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason = code === 'ENOSPC' ? 'the disk is full' : message;
    throw new ModelError('NOT_WRITTEN', `${file} could not be written: ${reason}.`, { cause });
  }
}
