import { loadNetwork } from '../embedder.ts';
import type { ModelDescription } from '../model-file.ts';
import { forward, layerVectors, type Pass, standardize } from '../network.ts';
import { type Tensor2D, type Tensor3D, tf } from '../tensorflow.ts';

/** A trained network whose insides can be disturbed. */
export interface Predictor {
  readonly model: ModelDescription;
  /**
   * Logits of each label, a row a window.
   *
   * @param windows of equal size: melBands x frames in dB, row-major
   */
  predict(windows: readonly Float32Array[], pass?: Pass): Promise<Float32Array[]>;
  /** What each layer says of each window: see `layerVectors`. */
  layers(windows: readonly Float32Array[]): Promise<Record<string, Float32Array[]>>;
  close(): void;
}

/** @throws ModelError BAD_MODEL */
export async function openPredictor(modelDirectory: string): Promise<Predictor> {
  const { model, weights } = await loadNetwork(modelDirectory);
  const { network, standardization } = model;
  const toInput = (windows: readonly Float32Array[]): Tensor3D => {
    const cells = windows[0]!.length;
    const flat = new Float32Array(windows.length * cells);
    windows.forEach((window, i) => flat.set(window, i * cells));
    const frames = cells / network.melBands;
    return standardize(
      tf.tensor3d(flat, [windows.length, network.melBands, frames]),
      standardization,
    );
  };
  return {
    model,
    async predict(windows, pass = {}) {
      return rowsOf(tf.tidy(() => forward(network, weights, toInput(windows), pass).logits));
    },
    async layers(windows) {
      const vectors = tf.tidy(() => layerVectors(network, weights, toInput(windows)));
      const rows: Record<string, Float32Array[]> = {};
      for (const [name, tensor] of Object.entries(vectors)) rows[name] = await rowsOf(tensor);
      return rows;
    },
    close() {
      for (const variable of weights.values()) variable.dispose();
    },
  };
}

/** Reads a matrix and lets it go. */
async function rowsOf(matrix: Tensor2D): Promise<Float32Array[]> {
  const [rows, width] = matrix.shape;
  const values = (await matrix.data()) as Float32Array;
  matrix.dispose();
  return Array.from({ length: rows }, (_, i) => values.slice(i * width, (i + 1) * width));
}
