import { type FrontEnd, frontEndValues, type Mel, type MelWindow } from '@consonance/audio';
import { ModelError } from './errors.ts';
import { type ModelDescription, readModel, readWeights } from './model-file.ts';
import { forward, loadWeights, standardize, type Weights } from './network.ts';
import { meanOf, toUnit } from './vectors.ts';
import { type Tensor2D, type Tensor3D, tf } from './tensorflow.ts';

/** What a model hears in one track. */
export interface TrackEmbedding {
  /** Mean of the windows' embeddings; length 1. */
  embedding: Float32Array;
  /** Genre label -> probability in [0, 1]: the mean of the windows' sigmoid outputs. */
  genres: Record<string, number>;
  /** One embedding of length 1 per window. */
  windowEmbeddings: Float32Array[];
  /** The genre probabilities of each window, in the order of the labels. */
  windowGenres: Float32Array[];
}

/** Mel windows in, embeddings out. Tracks of one call are batched. */
export interface Embedder<Values extends Mel = Float32Array> {
  /** Embeddings of different ids are never compared. */
  readonly modelId: string;
  readonly frontEnd: FrontEnd;
  readonly dimensions: number;
  readonly labels: readonly string[];
  /**
   * @param tracks the windows of each track, at least one a track, made by `frontEnd`
   * @throws ModelError BAD_INPUT when a window has another size
   */
  embed(tracks: readonly MelWindow<Values>[][]): Promise<TrackEmbedding[]>;
  close(): Promise<void>;
}

/** Windows that TensorFlow sees at once: bounds the memory (about 10 MB a window). */
const windowsPerBatch = 16;

/** A network with its weights in TensorFlow's memory. */
export async function loadNetwork(
  directory: string,
): Promise<{ model: ModelDescription; weights: Weights }> {
  const model = await readModel(directory);
  return { model, weights: loadWeights(model.network, await readWeights(directory)) };
}

/** Loads a trained network into this process as an embedder. */
export async function loadEmbedder(directory: string): Promise<Embedder> {
  const { model, weights } = await loadNetwork(directory);
  const { modelId, frontEnd, dimensions, labels } = model;
  const values = frontEndValues(frontEnd);
  return {
    modelId,
    frontEnd,
    dimensions,
    labels,
    async embed(tracks) {
      tracks.forEach((windows, i) => checkWindows(windows, i, values));
      const windows = tracks.flat();
      const outputs: WindowOutput[] = [];
      for (let at = 0; at < windows.length; at += windowsPerBatch) {
        const batch = windows.slice(at, at + windowsPerBatch).map(({ mel }) => mel);
        outputs.push(...(await embedWindows(model, weights, batch)));
      }
      let next = 0;
      return tracks.map(({ length }) => combine(outputs.slice(next, (next += length)), labels));
    },
    async close() {
      for (const variable of weights.values()) variable.dispose();
      weights.clear();
    },
  };
}

/** @throws ModelError BAD_INPUT when there is no window, or one has not `size` values */
export function checkWindows(windows: readonly MelWindow[], track: number, size: number): void {
  if (windows.length === 0) {
    throw new ModelError(
      'BAD_INPUT',
      `Expected at least one window for track ${track} but received none.`,
    );
  }
  for (const { mel } of windows) {
    if (mel.length !== size) {
      throw new ModelError(
        'BAD_INPUT',
        `Expected ${size} mel values a window for track ${track} but received ${mel.length}.`,
      );
    }
  }
}

interface WindowOutput {
  embedding: Float32Array;
  probabilities: Float32Array;
}

/** Embeddings (centred, not yet of length 1) and genre probabilities of windows of equal size. */
export async function embedWindows(
  {
    network,
    standardization,
    embeddingMean,
  }: Pick<ModelDescription, 'network' | 'standardization' | 'embeddingMean'>,
  weights: Weights,
  windows: readonly Float32Array[],
): Promise<WindowOutput[]> {
  const cells = windows[0]!.length;
  const flat = new Float32Array(windows.length * cells);
  windows.forEach((window, i) => flat.set(window, i * cells));
  const [embedding, probabilities] = tf.tidy(() => {
    const input = tf.tensor3d(flat, [windows.length, network.melBands, cells / network.melBands]);
    const output = forward(network, weights, standardize(input as Tensor3D, standardization));
    return [
      tf.sub(output.embedding, tf.tensor1d(embeddingMean)) as Tensor2D,
      tf.sigmoid(output.logits),
    ];
  });
  const embeddings = (await embedding!.data()) as Float32Array;
  const genres = (await probabilities!.data()) as Float32Array;
  tf.dispose([embedding!, probabilities!]);
  const row = (values: Float32Array, i: number) => {
    const width = values.length / windows.length;
    return values.slice(i * width, (i + 1) * width);
  };
  return windows.map((_, i) => ({ embedding: row(embeddings, i), probabilities: row(genres, i) }));
}

/** The mean over windows, each of length 1 first so that a loud one does not outvote the others. */
export function combine(
  outputs: readonly WindowOutput[],
  labels: readonly string[],
): TrackEmbedding {
  const windowEmbeddings = outputs.map(({ embedding }) => toUnit(embedding));
  const windowGenres = outputs.map(({ probabilities }) => probabilities);
  return {
    embedding: toUnit(meanOf(windowEmbeddings)),
    genres: Object.fromEntries([...meanOf(windowGenres)].map((p, i) => [labels[i]!, p])),
    windowEmbeddings,
    windowGenres,
  };
}
