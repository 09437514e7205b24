import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { AudioWorkerPool } from '@consonance/audio';
import { loadMusicnn } from '../musicnn/embedder.ts';
import type { Clip } from '../data/dataset.ts';
import { cachedFloats } from '../data/cache.ts';

/**
 * What MusiCNN hears in each clip: its last hidden layer and its 50 tags, means over the clip's windows.
 * 0.15 s of CPU a window; kept in `cacheDirectory`.
 *
 * @returns 250 numbers a clip, not scaled; see `toTeacherSpace`
 */
export async function loadTeacher(
  clips: readonly Clip[],
  cacheDirectory: string,
  onProgress: (done: number, total: number) => void,
): Promise<Map<Clip, Float32Array>> {
  const embedder = await loadMusicnn();
  const folder = path.join(cacheDirectory, embedder.modelId);
  await mkdir(folder, { recursive: true });
  const pool = new AudioWorkerPool({
    workers: availableParallelism(),
    frontEnd: embedder.frontEnd,
  });
  const vectors = new Map<Clip, Float32Array>();
  const length = embedder.dimensions + embedder.labels.length;
  const queue = clips.values();
  const work = async () => {
    for (const clip of queue) {
      const values = await cachedFloats(folder, clip.path, length, async () => {
        const { windows } = await pool.analyze(clip.path);
        const [heard] = await embedder.embed([windows]);
        return [Float32Array.of(...heard!.embedding, ...Object.values(heard!.genres))];
      });
      vectors.set(clip, values[0]!);
      onProgress(vectors.size, clips.length);
    }
  };
  try {
    await Promise.all([work(), work()]);
  } finally {
    await Promise.all([pool.close(), embedder.close()]);
  }
  return vectors;
}

/**
 * Makes cosines of the teacher's vectors meaningful: every number is scaled to mean 0 and deviation 1
 * over the training clips, then every vector to length 1.
 */
export function toTeacherSpace(
  vectors: ReadonlyMap<Clip, Float32Array>,
  training: readonly Clip[],
): Map<Clip, Float32Array> {
  const reference = training.map((clip) => vectors.get(clip)!);
  const mean = reference[0]!.map((_, i) => average(reference.map((v) => v[i]!)));
  const deviation = reference[0]!.map((_, i) =>
    Math.sqrt(average(reference.map((v) => (v[i]! - mean[i]!) ** 2))),
  );
  return new Map(
    [...vectors].map(([clip, vector]) => {
      const scaled = vector.map((value, i) => (value - mean[i]!) / (deviation[i]! || 1));
      const norm = Math.hypot(...scaled);
      return [clip, scaled.map((value) => value / norm)];
    }),
  );
}

const average = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
