import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type FrontEnd, frontEndFrames, frontEndId, type MelWindow } from '@consonance/audio';
import { combine, type Embedder } from '../embedder.ts';
import { ModelError } from '../errors.ts';
import { decodeTensors } from '../tensor-file.ts';
import { tf } from '../tensorflow.ts';
import { meanOf } from '../vectors.ts';
import { forward, loadWeights, melBands, patchFrames, toTensor, type Weights } from './network.ts';
import { patchesOf } from './patches.ts';
import { tags } from './tags.ts';

/** As `librosa.feature.melspectrogram` in the Python package musicnn; windows of nine patches. */
export const musicnnFrontEnd: FrontEnd = {
  sampleRate: 16000,
  fftSize: 512,
  hopLength: 256,
  melBands,
  fMin: 0,
  fMax: 8000,
  melScale: 'slaney',
  melNorm: 'slaney',
  power: 2,
  compression: 'log',
  windowSeconds: 29.12,
  windowsPerTrack: 3,
};

/** Where the set-up puts the weights of MSD_musicnn. */
export const musicnnWeights = path.resolve(
  import.meta.dirname,
  '../../../../.cache/musicnn/0.1.0/MSD_musicnn.safetensors',
);

/** Length of an embedding: units of the last hidden layer. */
export const musicnnDimensions = 200;

/**
 * MusiCNN in this process: a window's embedding is its last hidden layer, the mean over patches of
 * 3 s. Its `genres` are the probabilities of its 50 tags, of which most are genres.
 *
 * @throws ModelError BAD_MODEL when the weights are missing or damaged
 */
export async function loadMusicnn(file: string = musicnnWeights): Promise<Embedder> {
  const { weights, hash } = await readMusicnnWeights(file);
  return {
    modelId: `musicnn-${hash.slice(0, 12)}`,
    frontEnd: musicnnFrontEnd,
    dimensions: musicnnDimensions,
    labels: tags,
    async embed(tracks) {
      tracks.forEach(checkWindows);
      const embeddings = [];
      for (const windows of tracks) {
        const outputs = await describePatches(
          weights,
          windows.map(({ mel }) => patchesOf(mel)),
        );
        embeddings.push(combine(outputs, tags));
      }
      return embeddings;
    },
    async close() {
      tf.dispose([...weights.values()]);
    },
  };
}

function checkWindows(windows: readonly MelWindow[], track: number): void {
  const size = melBands * frontEndFrames(musicnnFrontEnd);
  const sizes = windows.map(({ mel }) => mel.length);
  if (sizes.length > 0 && sizes.every((received) => received === size)) return;
  throw new ModelError(
    'BAD_INPUT',
    `Expected windows of ${size} mel values for track ${track} but received [${sizes.join(', ')}].`,
  );
}

/**
 * Of each window, the means over its patches: the last hidden layer, and the probabilities of the tags. All patches go
 * through the network together.
 *
 * @param windows for each window its patches, one after the other
 */
export async function describePatches(
  weights: Weights,
  windows: readonly Float32Array[],
  melStride = 1,
): Promise<{ embedding: Float32Array; probabilities: Float32Array }[]> {
  const total = windows.reduce((sum, { length }) => sum + length, 0);
  const patches = new Float32Array(total);
  let at = 0;
  for (const window of windows) {
    patches.set(window, at);
    at += window.length;
  }
  const [penultimate, tags] = tf.tidy(() => {
    const features = forward(weights, toTensor(patches), melStride);
    return [features.penultimate, features.tags];
  });
  const values = (await Promise.all([penultimate!.data(), tags!.data()])) as Float32Array[];
  tf.dispose([penultimate!, tags!]);
  let next = 0;
  return windows.map(({ length }) => {
    const first = next;
    next += length / (patchFrames * melBands);
    const mean = (rows: Float32Array) => {
      const width = rows.length / (total / (patchFrames * melBands));
      return meanOf(
        Array.from({ length: next - first }, (_, i) =>
          rows.subarray((first + i) * width, (first + i + 1) * width),
        ),
      );
    };
    return { embedding: mean(values[0]!), probabilities: mean(values[1]!) };
  });
}

/** @throws ModelError BAD_MODEL when they are missing or damaged */
export async function readMusicnnWeights(
  file: string = musicnnWeights,
): Promise<{ weights: Weights; hash: string }> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new ModelError(
      'BAD_MODEL',
      `Expected the weights of MusiCNN in ${file} but could not read them. Run "npm run setup".`,
      { cause },
    );
  });
  const hash = createHash('sha256').update(bytes).update(frontEndId(musicnnFrontEnd)).digest('hex');
  return { weights: loadWeights(decodeTensors(bytes, file)), hash };
}
