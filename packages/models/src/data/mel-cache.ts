import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { AudioWorkerPool, type FrontEnd, frontEndFrames, frontEndId } from '@consonance/audio';
import { cachedFloats } from './cache.ts';
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
        const mels = await cachedFloats(folder, clip.path, cells, async () =>
          (await pool.analyze(clip.path)).windows.map(({ mel }) => mel),
        );
        windows.set(clip, mels);
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
