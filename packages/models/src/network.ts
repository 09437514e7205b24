/**
 * The networks: a pure function from a configuration to named weights, and from weights and mel
 * windows to outputs. CRNN: convolutions that pool the mel axis away, then GRU layers over time.
 */
import { dropout, type GruWeights, gru, normalizeBatch, normalizeWith } from './kernels.ts';
import {
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
  type Variable,
  tf,
} from './tensorflow.ts';
import { expected } from './errors.ts';
import type { NamedTensor } from './tensor-file.ts';

export interface NetworkConfig {
  /** Rows of the mel spectrogram. */
  melBands: number;
  /** One entry per convolution layer (3x3, padded): output channels and the max pooling after it. */
  convolutions: { channels: number; pool: readonly [mel: number, time: number] }[];
  /** Units of each GRU layer; none makes a CNN, whose embedding is the mean over time. */
  gruUnits: number[];
  /** The share of features that training drops after each convolution layer, and before the labels. */
  dropout: { convolution: number; dense: number };
  labels: string[];
}

/** Four convolution and two GRU layers, small enough for 10 ms a window on one core. */
export const compactCrnn = (melBands: number, labels: readonly string[]): NetworkConfig => ({
  melBands,
  convolutions: [
    { channels: 16, pool: [2, 2] },
    { channels: 32, pool: [3, 2] },
    { channels: 64, pool: [4, 3] },
    { channels: 96, pool: [4, 3] },
  ],
  gruUnits: [64, 64],
  dropout: { convolution: 0.1, dense: 0.3 },
  labels: [...labels],
});

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

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Shortest input, in frames, that still leaves one step of time after all pooling. */
export const shortestInput = (config: NetworkConfig): number =>
  config.convolutions.reduce((frames, { pool }) => frames * pool[1], 1);

export type Weights = Map<string, Variable>;

/**
 * Weights to start training from: He-normal convolutions (He et al. 2015), Glorot-uniform matrices,
 * update gates that begin open to the past (bias 1), all from one seed.
 */
export function initialWeights(config: NetworkConfig, seed: number): Weights {
  return new Map(
    weightSpecs(config).map((spec, i) => {
      const value = tf.tidy(() => initialValue(spec, seed + i * 7919));
      const variable = tf.variable(value, spec.trained, undefined);
      value.dispose();
      return [spec.name, variable];
    }),
  );
}

function initialValue({ name, shape }: WeightSpec, seed: number): Tensor {
  const kind = name.split('/')[1];
  if (kind === 'scale' || kind === 'variance' || kind === 'gatesBias') return tf.ones(shape);
  if (shape.length === 1) return tf.zeros(shape);
  const outputs = shape.at(-1)!;
  const inputs = size(shape) / outputs;
  if (shape.length === 4) return tf.randomNormal(shape, 0, Math.sqrt(2 / inputs), 'float32', seed);
  const limit = Math.sqrt(6 / (inputs + outputs));
  return tf.randomUniform(shape, -limit, limit, 'float32', seed);
}

export interface NetworkOutput {
  /** batch x dimensions: the vector before the classification layer. */
  embedding: Tensor2D;
  /** batch x labels, before the sigmoid. */
  logits: Tensor2D;
}

/** What training adds to a forward pass. */
export interface TrainingPass {
  /** A fresh seed for each dropout, 0 to 2^31 - 1. */
  nextSeed: () => number;
  /** Share of the old value in the running mean and variance. */
  momentum: number;
}

/**
 * Runs the network.
 *
 * @param input batch x melBands x frames, decibel relative to the loudest cell and standardised (see
 * `standardize`); at least `shortestInput` frames
 * @param training present while training: statistics of the batch, and dropout
 */
export function forward(
  config: NetworkConfig,
  weights: Weights,
  input: Tensor3D,
  training?: TrainingPass,
): NetworkOutput {
  const get = <T extends Tensor>(name: string): T => weights.get(name) as unknown as T;
  let x: Tensor4D = tf.expandDims(input, 3);
  config.convolutions.forEach((layer, i) => {
    x = tf.conv2d(x, get<Tensor4D>(`conv${i}/kernel`), 1, 'same');
    // Pooling first leaves the costly normalisation a fraction of the cells.
    x = tf.maxPool(x, [...layer.pool], [...layer.pool], 'valid');
    const scale = get<Tensor1D>(`conv${i}/scale`);
    const offset = get<Tensor1D>(`conv${i}/offset`);
    const mean = weights.get(`conv${i}/mean`)!;
    const variance = weights.get(`conv${i}/variance`)!;
    x = training
      ? normalizeBatch(x, scale, offset, (batchMean, batchVariance) => {
          average(mean, batchMean, training.momentum);
          average(variance, batchVariance, training.momentum);
        })
      : normalizeWith(
          x,
          scale,
          offset,
          mean as unknown as Tensor1D,
          variance as unknown as Tensor1D,
        );
    x = tf.elu(x);
    if (training) x = dropout(x, config.dropout.convolution, training.nextSeed());
  });
  const [batch, rows, steps, channels] = x.shape;
  let sequence: Tensor3D = tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [
    batch,
    steps,
    rows * channels,
  ]);
  config.gruUnits.forEach((_, i) => {
    const cell: GruWeights = {
      gates: get(`gru${i}/gates`),
      gatesBias: get(`gru${i}/gatesBias`),
      candidate: get(`gru${i}/candidate`),
      candidateBias: get(`gru${i}/candidateBias`),
    };
    sequence = gru(sequence, cell);
  });
  const embedding = tf.mean(sequence, 1) as Tensor2D;
  const dense = training
    ? dropout(embedding, config.dropout.dense, training.nextSeed())
    : embedding;
  const logits = tf.add(
    tf.matMul(dense, get<Tensor2D>('labels/kernel')),
    get('labels/bias'),
  ) as Tensor2D;
  return { embedding, logits };
}

/** running = momentum * running + (1 - momentum) * batch. */
function average(running: Variable, batch: Tensor, momentum: number): void {
  running.assign(tf.add(tf.mul(running, momentum), tf.mul(batch, 1 - momentum)));
}

/** Per-band mean and deviation of the training set, in dB relative to a window's loudest cell. */
export interface Standardization {
  mean: Float32Array;
  deviation: Float32Array;
}

/** The range kept below a window's loudest cell, in dB. */
export const dynamicRange = 80;

/**
 * Makes mel windows in dB independent of their level, then standardises each band:
 * `x -> (max(x - max(x), -80) - mean) / deviation`.
 *
 * @param input batch x melBands x frames
 */
export function standardize(input: Tensor3D, { mean, deviation }: Standardization): Tensor3D {
  return tf.tidy(() => {
    const relative = tf.maximum(tf.sub(input, tf.max(input, [1, 2], true)), -dynamicRange);
    const column = (values: Float32Array) => tf.tensor3d(values, [1, values.length, 1]);
    return tf.div(tf.sub(relative, column(mean)), column(deviation)) as Tensor3D;
  });
}

/** Copies of all weights, in the order of `weightSpecs`. */
export const saveWeights = (weights: Weights): NamedTensor[] =>
  [...weights].map(([name, variable]) => ({
    name,
    shape: variable.shape,
    values: variable.dataSync() as Float32Array,
  }));

/** @throws ModelError BAD_MODEL when a weight is missing or has another shape */
export function loadWeights(config: NetworkConfig, tensors: readonly NamedTensor[]): Weights {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  return new Map(
    weightSpecs(config).map(({ name, shape, trained }) => {
      const tensor = byName.get(name);
      if (tensor?.shape.join() !== shape.join()) {
        throw expected(
          'BAD_MODEL',
          `the shape [${shape}]`,
          `weight ${name}`,
          tensor?.shape ?? null,
        );
      }
      return [name, tf.tidy(() => tf.variable(tf.tensor(tensor!.values, shape), trained))];
    }),
  );
}
