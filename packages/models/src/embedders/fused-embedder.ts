import { frontEndValues, type MelWindow } from '@consonance/audio';
import { checkWindows, combine, type Embedder } from '../embedder.ts';
import { expected } from '../errors.ts';
import { fuse } from './fusion.ts';
import { type FusionJson, readFusionWeights } from './fusion-file.ts';
import { loadPart, type Part } from './parts.ts';

/** Windows whose spectrograms are worked on at once: bounds the memory. */
const windowsPerBatch = 8;

/**
 * Loads a fused embedder into this process: every part hears each window, the embedding joins them, and
 * a classifier on the embedding gives the genres.
 *
 * @throws ModelError BAD_MODEL when a part is missing or not the one that the embedder was fitted to
 */
export async function loadFused(directory: string, model: FusionJson): Promise<Embedder> {
  const { modelId, frontEnd, dimensions, labels } = model;
  const fusion = await readFusionWeights(directory, model);
  const parts: Part[] = [];
  for (const spec of model.parts) parts.push(await loadPart(spec, frontEnd, directory));
  model.parts.forEach((spec, i) => {
    if (spec.kind !== 'network' || spec.modelId === parts[i]!.id) return;
    throw expected('BAD_MODEL', spec.modelId, `the network of ${directory}`, parts[i]!.id);
  });
  const values = frontEndValues(frontEnd);

  async function hear(windows: readonly MelWindow[]) {
    const mels = windows.map(({ mel }) => mel);
    const described: Float32Array[][] = [];
    for (const part of parts) described.push(await part.describe(mels));
    return mels.map((_, i) => fuse(fusion, described.map((vectors) => vectors[i]!))); // prettier-ignore
  }

  return {
    modelId,
    frontEnd,
    dimensions,
    labels,
    async embed(tracks) {
      tracks.forEach((windows, i) => checkWindows(windows, i, values));
      const windows = tracks.flat();
      const outputs: Awaited<ReturnType<typeof hear>> = [];
      for (let at = 0; at < windows.length; at += windowsPerBatch) {
        outputs.push(...(await hear(windows.slice(at, at + windowsPerBatch))));
      }
      return tracks.map(({ length }) => combine(outputs.splice(0, length), labels));
    },
    async close() {
      for (const part of parts) part.close();
    },
  };
}
