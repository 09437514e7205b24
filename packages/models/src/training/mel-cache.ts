import { createHash } from 'node:crypto';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { AudioWorkerPool, type FrontEnd, frontEndFrames, frontEndId } from '@consonance/audio';
import { writeAtomically } from '../tensor-file.ts';
import type { Clip } from './dataset.ts';

export interface MelSet {
  /** The mel windows of each clip, melBands x frames, as the product would cut them. */
  windows: Map<Clip, Float32Array[]>;
  /** Clips that could not be decoded, with the reason; training goes on without them. */
  failed: { clip: Clip; message: string }[];
}

/** Mel windows of all clips, computed once per front end and file and kept in `cacheDirectory`. */
export async function loadMels(
  clips: readonly Clip[],
  frontEnd: FrontEnd,
  cacheDirectory: string,
  onProgress: (done: number, total: number) => void,
): Promise<MelSet> {
  const folder = path.join(cacheDirectory, frontEndId(frontEnd));
  await mkdir(folder, { recursive: true });
  const pool = new AudioWorkerPool({ workers: availableParallelism(), frontEnd });
  const cells = frontEnd.melBands * frontEndFrames(frontEnd);
  const windows: MelSet['windows'] = new Map(clips.map((clip) => [clip, []]));
  const failed: MelSet['failed'] = [];
  let done = 0;
  const queue = clips.values();
  const work = async () => {
    for (const clip of queue) {
      try {
        windows.set(clip, await clipMels(clip.path, folder, cells, pool));
      } catch (error) {
        windows.delete(clip);
        failed.push({ clip, message: (error as Error).message });
      }
      onProgress(++done, clips.length);
    }
  };
  try {
    await Promise.all(Array.from({ length: 2 * availableParallelism() }, work));
  } finally {
    await pool.close();
  }
  return { windows, failed };
}

async function clipMels(
  file: string,
  folder: string,
  cells: number,
  pool: AudioWorkerPool,
): Promise<Float32Array[]> {
  const { size, mtimeMs } = await stat(file);
  const key = createHash('sha256')
    .update(`${file}\0${size}\0${mtimeMs}`)
    .digest('hex')
    .slice(0, 32);
  const cached = path.join(folder, `${key}.f32`);
  const bytes = await readFile(cached).catch(() => undefined);
  if (bytes && bytes.byteLength > 0 && bytes.byteLength % (4 * cells) === 0) {
    const all = new Float32Array(
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
    );
    return Array.from({ length: all.length / cells }, (_, i) =>
      all.subarray(i * cells, (i + 1) * cells),
    );
  }
  const { windows } = await pool.analyze(file);
  const mels = windows.map(({ mel }) => mel);
  await writeAtomically(
    cached,
    Buffer.concat(mels.map((mel) => Buffer.from(mel.buffer, mel.byteOffset, mel.byteLength))),
  );
  return mels;
}
