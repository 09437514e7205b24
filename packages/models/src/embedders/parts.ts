/** The ways of hearing a window that embedders are made of. */
import path from 'node:path';
import { type FrontEnd, frontEndFrames } from '@consonance/audio';
import { embedWindows, loadNetwork } from '../embedder.ts';
import { expected } from '../errors.ts';
import { describePatches, musicnnDimensions, readMusicnnWeights } from '../musicnn/embedder.ts';
import { patchesOf } from '../musicnn/patches.ts';
import { tf } from '../tensorflow.ts';
import { toUnit } from '../vectors.ts';
import type { PartSpec } from './part-spec.ts';
import { timbreDimensions, timbreStatistics } from './timbre.ts';

export interface Part {
  /** What decides its numbers besides the front end. */
  readonly id: string;
  readonly dimensions: number;
  /** @param mels windows, as the front end of the embedder makes them; not scaled numbers come back */
  describe(mels: readonly Float32Array[]): Promise<Float32Array[]>;
  close(): void;
}

/**
 * @param frontEnd of the embedder: timbre and networks hear its first spectrogram, MusiCNN the last
 * @param folder that the folder of a network is relative to
 * @throws ModelError BAD_MODEL
 */
export async function loadPart(spec: PartSpec, frontEnd: FrontEnd, folder: string): Promise<Part> {
  const firstValues = frontEnd.melBands * frontEndFrames(frontEnd);
  const first = (mel: Float32Array) => mel.subarray(0, firstValues);
  switch (spec.kind) {
    case 'timbre':
      return {
        id: 'timbre-1',
        dimensions: timbreDimensions,
        describe: async (mels) => mels.map((mel) => timbreStatistics(first(mel), frontEnd)),
        close() {},
      };
    case 'network': {
      const { model, weights } = await loadNetwork(path.resolve(folder, spec.folder));
      return {
        id: model.modelId,
        dimensions: model.dimensions,
        async describe(mels) {
          const outputs = await embedWindows(model, weights, mels.map(first));
          return outputs.map(({ embedding }) => toUnit(embedding));
        },
        close: () => tf.dispose([...weights.values()]),
      };
    }
    case 'musicnn': {
      const { weights, hash } = await readMusicnnWeights();
      const { fftSize } = frontEnd.second ?? frontEnd;
      const last = (mel: Float32Array) => (frontEnd.second ? mel.subarray(firstValues) : mel);
      return {
        id: `musicnn-${hash.slice(0, 12)}-${spec.patches}-${spec.melStride}`,
        dimensions: musicnnDimensions,
        async describe(mels) {
          const patches = mels.map((mel) => patchesOf(last(mel), { most: spec.patches, fftSize }));
          const outputs = await describePatches(weights, patches, spec.melStride);
          return outputs.map(({ embedding }) => toUnit(embedding));
        },
        close: () => tf.dispose([...weights.values()]),
      };
    }
    default:
      throw expected('BAD_MODEL', 'timbre, network or musicnn', 'kind of a part', spec);
  }
}

/** What decides a part's numbers, without keeping it. */
export async function partId(spec: PartSpec, frontEnd: FrontEnd, folder: string): Promise<string> {
  const part = await loadPart(spec, frontEnd, folder);
  part.close();
  return part.id;
}
