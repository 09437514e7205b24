import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import {
  AudioError,
  AudioWorkerPool,
  type FrontEnd,
  frontEndFrames,
  frontEndId,
} from '@consonance/audio';
import { ModelError } from '../errors.ts';
import { cachePath, hasRows, readRows, writeRows } from './cache.ts';
import { forEachConcurrently } from './concurrency.ts';
import type { Clip } from './dataset.ts';

/** Gives the mel windows of a clip, melBands x frames, as the product would cut them. */
export interface MelSource {
  get(clip: Clip): Promise<Float32Array[]> | Float32Array[] | undefined;
}

export interface MelStore extends MelSource {
  /** Those that could be decoded, in the given order. */
  clips: Clip[];
  /** The others, with the reason; training goes on without them. */
  failed: { clip: Clip; message: string }[];
  get(clip: Clip): Promise<Float32Array[]>;
}

const defaultMemoryLimit = 2 * 2 ** 30;

/**
 * Mel windows of all clips, computed once per front end and file, kept in `cacheDirectory` and read from
 * there when they are asked for; what fits into `memoryLimit` bytes stays in memory.
 *
 * @throws the error of the file system where the cache cannot be written: no clip is blamed for it
 */
export async function openMels(
  clips: readonly Clip[],
  frontEnd: FrontEnd,
  cacheDirectory: string,
  onProgress: (done: number, total: number) => void,
  memoryLimit = defaultMemoryLimit,
): Promise<MelStore> {
  const folder = path.join(cacheDirectory, frontEndId(frontEnd));
  const cells = frontEnd.melBands * frontEndFrames(frontEnd);
  await mkdir(folder, { recursive: true });
  const pool = new AudioWorkerPool({ workers: availableParallelism(), frontEnd });
  const cachedAt = new Map<Clip, string>();
  const failed: MelStore['failed'] = [];
  let done = 0;
  const fill = async (clip: Clip) => {
    try {
      const cached = await cachePath(folder, clip.path);
      if (!(await hasRows(cached, cells))) await writeRows(cached, await melsOf(clip, pool));
      cachedAt.set(clip, cached);
    } catch (error) {
      if (!isAboutFile(error, clip)) throw error;
      failed.push({ clip, message: (error as Error).message });
    }
    onProgress(++done, clips.length);
  };
  try {
    await forEachConcurrently(clips, 2 * availableParallelism(), fill);
  } finally {
    await pool.close();
  }

  const inMemory = new Map<Clip, Float32Array[]>();
  let bytes = 0;
  return {
    clips: clips.filter((clip) => cachedAt.has(clip)),
    failed,
    async get(clip) {
      const before = inMemory.get(clip);
      if (before) return before;
      const cached = cachedAt.get(clip) ?? '';
      const mels = await readRows(cached, cells);
      if (!mels) {
        throw new ModelError(
          'BAD_DATA',
          `Expected the mel spectrograms of ${clip.path} in ${cached || folder} but cannot read them.`,
        );
      }
      const size = mels.length * cells * 4;
      if (!inMemory.has(clip) && bytes + size <= memoryLimit) {
        inMemory.set(clip, mels);
        bytes += size;
      }
      return mels;
    },
  };
}

async function melsOf(clip: Clip, pool: AudioWorkerPool): Promise<Float32Array[]> {
  const { windows } = await pool.analyze(clip.path);
  const mels = windows.map(({ mel }) => mel);
  if (mels.every((mel) => mel.every(Number.isFinite))) return mels;
  throw new AudioError(
    'CORRUPT',
    `Expected a finite mel spectrogram of ${clip.path} but received NaN or infinity.`,
  );
}

/** As opposed to a full disk or a cache that may not be written. */
const isAboutFile = (error: unknown, { path }: Clip): boolean =>
  error instanceof AudioError || (error as { path?: string }).path === path;
