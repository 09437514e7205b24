import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { AudioWorkerPool, type FrontEnd, frontEndId } from '@consonance/audio';
import { cachedFloats } from '../data/cache.ts';
import { forEachConcurrently } from '../data/concurrency.ts';
import type { Clip } from '../data/dataset.ts';
import type { MelSource } from '../data/mel-store.ts';
import type { PartSpec } from './part-spec.ts';
import { loadPart } from './parts.ts';

/**
 * What a part hears in each window of each clip; kept in `cacheDirectory` until a file changes.
 *
 * @param frontEnd of the embedder
 * @param mels where they are at hand; without them the files are decoded
 */
export async function describeClips(
  clips: readonly Clip[],
  spec: PartSpec,
  frontEnd: FrontEnd,
  cacheDirectory: string,
  mels?: MelSource,
): Promise<Map<Clip, Float32Array[]>> {
  const part = await loadPart(spec, frontEnd, '.');
  const folder = path.join(cacheDirectory, `${part.id}-${frontEndId(frontEnd)}`);
  await mkdir(folder, { recursive: true });
  const pool = new AudioWorkerPool({ workers: availableParallelism(), frontEnd });
  const melsOf = async (clip: Clip) =>
    (await mels?.get(clip)) ?? (await pool.analyze(clip.path)).windows.map(({ mel }) => mel);
  const described = new Map<Clip, Float32Array[]>();
  try {
    await forEachConcurrently(clips, 2 * availableParallelism(), async (clip) => {
      const rows = await cachedFloats(folder, clip.path, part.dimensions, async () =>
        part.describe(await melsOf(clip)),
      );
      described.set(clip, rows);
    });
  } finally {
    await pool.close();
    part.close();
  }
  return described;
}
