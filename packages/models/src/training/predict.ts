import { loadNetwork } from '../embedder.ts';
import type { ModelDescription } from '../model-file.ts';
import { forward, type Pass, standardize } from '../network.ts';
import { tf } from '../tensorflow.ts';

/** A trained network whose insides can be disturbed. */
export interface Predictor {
  readonly model: ModelDescription;
  /**
   * Logits of each label, a row a window.
   *
   * @param windows of equal size: melBands x frames in dB, row-major
   */
  predict(windows: readonly Float32Array[], pass?: Pass): Promise<Float32Array[]>;
  close(): void;
}

/** @throws ModelError BAD_MODEL */
export async function openPredictor(modelDirectory: string): Promise<Predictor> {
  const { model, weights } = await loadNetwork(modelDirectory);
  const { network, standardization, labels } = model;
  return {
    model,
    async predict(windows, pass = {}) {
      const cells = windows[0]!.length;
      const flat = new Float32Array(windows.length * cells);
      windows.forEach((window, i) => flat.set(window, i * cells));
      const logits = tf.tidy(() => {
        const frames = cells / network.melBands;
        const input = tf.tensor3d(flat, [windows.length, network.melBands, frames]);
        return forward(network, weights, standardize(input, standardization), pass).logits;
      });
      const values = (await logits.data()) as Float32Array;
      logits.dispose();
      return windows.map((_, i) => values.slice(i * labels.length, (i + 1) * labels.length));
    },
    close() {
      for (const variable of weights.values()) variable.dispose();
    },
  };
}
