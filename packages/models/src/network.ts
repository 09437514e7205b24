/**
 * The networks: a pure function from a configuration to named weights, and from weights and mel
 * windows to outputs. CRNN: convolutions that pool the mel axis away, then GRU layers over time.
 */
import {
  dropout,
  type GruWeights,
  gru,
  maxPool,
  normalizeBatch,
  normalizeWith,
} from './kernels.ts';
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
import { type NetworkConfig, size, type WeightSpec, weightSpecs } from './network-config.ts';
import type { NamedTensor } from './tensor-file.ts';

export type Weights = Map<string, Variable>;

/**
 * Weights to start training from: He-normal convolutions (He et al. 2015), Glorot-uniform matrices,
 * update gates that begin open to the past (bias 1), all from one seed.
 *
 * @param others weights of another model, taken where name and shape are the same
 */
export function initialWeights(
  config: NetworkConfig,
  seed: number,
  others: readonly NamedTensor[] = [],
): Weights {
  const known = new Map(others.map((tensor) => [`${tensor.name} ${tensor.shape}`, tensor]));
  return new Map(
    weightSpecs(config).map((spec, i) => {
      const taken = known.get(`${spec.name} ${spec.shape}`);
      const value = tf.tidy(() =>
        taken ? tf.tensor(taken.values, taken.shape) : initialValue(spec, seed + i * 7919),
      );
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

export interface Pass {
  /** Present while training: statistics of the batch, and dropout. */
  training?: TrainingPass;
  /**
   * Which time steps the GRU layers see, and in which order: `sequenceSteps` indices. Shuffled or reversed, it
   * tells what the order is worth.
   */
  timeOrder?: readonly number[];
}

/**
 * Runs the network.
 *
 * @param input batch x melBands x frames, decibel relative to the loudest cell and standardised (see
 * `standardize`); at least `shortestInput` frames
 */
export function forward(
  config: NetworkConfig,
  weights: Weights,
  input: Tensor3D,
  pass: Pass = {},
): NetworkOutput {
  const get = <T extends Tensor>(name: string): T => weights.get(name) as unknown as T;
  const sequence = sequences(config, weights, input, pass).at(-1)!;
  const embedding = poolSequence(config, sequence);
  const dense = pass.training
    ? dropout(embedding, config.dropout.dense, pass.training.nextSeed())
    : embedding;
  const logits = tf.add(
    tf.matMul(dense, get<Tensor2D>('labels/kernel')),
    get('labels/bias'),
  ) as Tensor2D;
  return { embedding, logits };
}

/** What each layer says over time, batch x steps x features: the convolutions, then each GRU. */
function sequences(
  config: NetworkConfig,
  weights: Weights,
  input: Tensor3D,
  { training, timeOrder }: Pass,
): Tensor3D[] {
  const get = <T extends Tensor>(name: string): T => weights.get(name) as unknown as T;
  const map = convolve(config, weights, input, training);
  const [batch, rows, steps, channels] = map.shape;
  let sequence: Tensor3D = tf.reshape(tf.transpose(map, [0, 2, 1, 3]), [
    batch,
    steps,
    rows * channels,
  ]);
  if (timeOrder) sequence = tf.gather(sequence, tf.tensor1d([...timeOrder], 'int32'), 1);
  const layers = [sequence];
  config.gruUnits.forEach((_, i) => {
    const cell: GruWeights = {
      gates: get(`gru${i}/gates`),
      gatesBias: get(`gru${i}/gatesBias`),
      candidate: get(`gru${i}/candidate`),
      candidateBias: get(`gru${i}/candidateBias`),
    };
    sequence = gru(sequence, cell);
    layers.push(sequence);
  });
  return layers;
}

/** The vectors that could be the embedding: every layer, averaged over time or at its last step. */
export function layerVectors(
  config: NetworkConfig,
  weights: Weights,
  input: Tensor3D,
): Record<string, Tensor2D> {
  const vectors: Record<string, Tensor2D> = {};
  sequences(config, weights, input, {}).forEach((sequence, i) => {
    const layer = i === 0 ? 'convolutions' : `GRU ${i}`;
    vectors[`${layer}, mean`] = poolSequence({ ...config, pooling: 'mean' }, sequence);
    if (sequence.shape[1] > 1)
      vectors[`${layer}, last`] = poolSequence({ ...config, pooling: 'last' }, sequence);
  });
  return vectors;
}

/** @returns batch x rows x steps x channels */
function convolve(
  config: NetworkConfig,
  weights: Weights,
  input: Tensor3D,
  training: TrainingPass | undefined,
): Tensor4D {
  const get = <T extends Tensor>(name: string): T => weights.get(name) as unknown as T;
  let x: Tensor4D = tf.expandDims(input, 3);
  config.convolutions.forEach((layer, i) => {
    x = tf.conv2d(x, get<Tensor4D>(`conv${i}/kernel`), 1, 'same');
    // Pooling first leaves the costly normalisation a fraction of the cells.
    x = maxPool(x, layer.pool);
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
  return x;
}

/** @param sequence batch x steps x features */
function poolSequence(config: NetworkConfig, sequence: Tensor3D): Tensor2D {
  const [batch, steps, features] = sequence.shape;
  if (config.pooling === 'last') {
    return tf.reshape(tf.slice(sequence, [0, steps - 1, 0], [batch, 1, features]), [
      batch,
      features,
    ]);
  }
  if (config.pooling === 'flatten') {
    const kept = config.flattenedSteps!;
    const averaged = Math.floor(steps / kept);
    const used = tf.slice(sequence, [0, 0, 0], [batch, kept * averaged, features]);
    const parts = tf.reshape(used, [batch, kept, averaged, features]);
    return tf.reshape(tf.mean(parts, 2), [batch, kept * features]);
  }
  return tf.mean(sequence, 1);
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
