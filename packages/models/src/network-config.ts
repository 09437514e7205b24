/** What a network is made of, and what follows from it; knows nothing of TensorFlow. */

export interface NetworkConfig {
  /** Rows of the mel spectrogram. */
  melBands: number;
  /** One entry per convolution layer (3x3, padded): output channels and the max pooling after it. */
  convolutions: { channels: number; pool: readonly [mel: number, time: number] }[];
  /** Units of each GRU layer; none makes a CNN. */
  gruUnits: number[];
  /**
   * How the sequence of time steps becomes one embedding: their mean (when absent), the last, or
   * `flattenedSteps` of them side by side (a longer sequence is averaged down to as many).
   */
  pooling?: 'mean' | 'last' | 'flatten';
  flattenedSteps?: number;
  /** The share of features that training drops after each convolution layer, and before the labels. */
  dropout: { convolution: number; dense: number };
  labels: string[];
}

/** Name and shape of every weight, in a fixed order. `trained` weights have gradients. */
export interface WeightSpec {
  name: string;
  shape: number[];
  trained: boolean;
}

export function weightSpecs(config: NetworkConfig): WeightSpec[] {
  const specs: WeightSpec[] = [];
  const add = (name: string, shape: number[], trained = true) =>
    specs.push({ name, shape, trained });
  let channels = 1;
  let melRows = config.melBands;
  config.convolutions.forEach((layer, i) => {
    add(`conv${i}/kernel`, [3, 3, channels, layer.channels]);
    add(`conv${i}/scale`, [layer.channels]);
    add(`conv${i}/offset`, [layer.channels]);
    add(`conv${i}/mean`, [layer.channels], false);
    add(`conv${i}/variance`, [layer.channels], false);
    channels = layer.channels;
    melRows = Math.floor(melRows / layer.pool[0]);
  });
  let features = channels * melRows;
  config.gruUnits.forEach((units, i) => {
    add(`gru${i}/gates`, [features + units, 2 * units]);
    add(`gru${i}/gatesBias`, [2 * units]);
    add(`gru${i}/candidate`, [features + units, units]);
    add(`gru${i}/candidateBias`, [units]);
    features = units;
  });
  if (config.pooling === 'flatten') features *= config.flattenedSteps!;
  add('labels/kernel', [features, config.labels.length]);
  add('labels/bias', [config.labels.length]);
  return specs;
}

/** Number of trained parameters. */
export const parameterCount = (config: NetworkConfig): number =>
  weightSpecs(config)
    .filter((spec) => spec.trained)
    .reduce((sum, { shape }) => sum + size(shape), 0);

/** Length of the embedding. */
export const embeddingDimensions = (config: NetworkConfig): number =>
  weightSpecs(config).find(({ name }) => name === 'labels/kernel')!.shape[0]!;

export const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Time steps that the convolution layers leave of an input of so many frames. */
export const sequenceSteps = (config: NetworkConfig, frames: number): number =>
  config.convolutions.reduce((steps, { pool }) => Math.floor(steps / pool[1]), frames);

/** Shortest input, in frames, that leaves as many steps of time as the network needs. */
export const shortestInput = (config: NetworkConfig): number =>
  config.convolutions.reduce((frames, { pool }) => frames * pool[1], config.flattenedSteps ?? 1);
