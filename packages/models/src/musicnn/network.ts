/**
 * MusiCNN: Pons and Serra, "musicnn: pre-trained convolutional neural networks for music audio
 * tagging" (2019). Layer for layer as `models.py` of the Python package musicnn 0.1.0, in inference.
 */
import { FilterBank, hasFilterBanks } from '@consonance/convolve-native';
import { batchNormEpsilon } from '../kernels.ts';
import type { NamedTensor } from '../tensor-file.ts';
import { type Tensor, type Tensor2D, type Tensor3D, type Tensor4D, tf } from '../tensorflow.ts';

/** Frames of the excerpts that the network was trained on, 3 s. */
export const patchFrames = 187;
export const melBands = 96;

/** By the names of the checkpoint. */
export type Weights = ReadonlyMap<string, Tensor>;

/** What the network says of each patch. */
export interface Features {
  /** patches x 753: the loudest and the mean answer over time of every front-end and mid-end filter. */
  maxPool: Tensor2D;
  meanPool: Tensor2D;
  /** patches x 200: the last hidden layer. */
  penultimate: Tensor2D;
  /** patches x 50: probability of each tag in [0, 1]. */
  tags: Tensor2D;
}

/** The weights as tensors that outlive a tidy; dispose of them when done. */
export const loadWeights = (tensors: readonly NamedTensor[]): Weights =>
  new Map(
    tensors.map(({ name, shape, values }) => [
      name,
      tf.tidy(() => tf.keep(tf.tensor(values, shape))),
    ]),
  );

/** Patches one after the other, each frames x bands, as the network's input. */
export const toTensor = (patches: Float32Array): Tensor3D =>
  tf.tensor3d(patches, [patches.length / patchFrames / melBands, patchFrames, melBands]);

/**
 * Leaves many tensors behind: to be called in a tidy.
 *
 * @param patches patches x 187 frames x 96 mel bands, log10(1 + 10000 x) of the mel power x
 * @param melStride 1 is the network; 2 tries every second place on the mel axis of the wide timbre filters
 * before taking the largest answer, for two thirds of the work: answers are a little smaller, which a
 * later scaling takes out
 */
export function forward(weights: Weights, patches: Tensor3D, melStride = 1): Features {
  const input = batchNorm(weights, '', tf.expandDims(patches, 3) as Tensor4D);
  const frontEnd = tf.concat(
    [
      filterBank(weights, 0, input, 'valid', melStride), // timbre: 7 frames by 38 bands
      filterBank(weights, 1, input, 'valid', melStride), // timbre: 7 by 67
      filterBank(weights, 2, input, 'same', 1), // time: 128 frames by 1 band
      filterBank(weights, 3, input, 'same', 1), // time: 64
      filterBank(weights, 4, input, 'same', 1), // time: 32
    ],
    2,
  );
  const first = timeConvolution(weights, 5, frontEnd);
  const second = tf.add(timeConvolution(weights, 6, first), first) as Tensor3D;
  const third = tf.add(timeConvolution(weights, 7, second), second) as Tensor3D;

  const features = tf.concat([frontEnd, first, second, third], 2);
  const maxPool = tf.max(features, 1) as Tensor2D;
  const meanPool = tf.mean(features, 1) as Tensor2D;
  // Maximum and mean of one filter lie side by side.
  const pooled = tf.reshape(tf.stack([maxPool, meanPool], 2), [patches.shape[0], -1]) as Tensor2D;
  const hidden = tf.relu(dense(weights, 'dense', batchNorm(weights, '_9', pooled)));
  const penultimate = batchNorm(weights, '_10', hidden);
  const tags = tf.sigmoid(dense(weights, 'dense_1', penultimate));
  return { maxPool, meanPool, penultimate, tags };
}

/**
 * Convolution, rectifier, batch normalisation, then the largest answer over the mel axis: patches x
 * time x filters. What follows the convolution is monotone in each filter, so the largest answer can
 * be taken first, which saves a quarter of the time; the smallest where the normalisation's scale is negative.
 *
 * @param input patches x 187 x 96, before padding
 */
function filterBank(
  weights: Weights,
  layer: number,
  input: Tensor4D,
  pad: 'valid' | 'same',
  melStride: number,
): Tensor3D {
  const sign = tf.sign(weights.get(`batch_normalization_${layer + 1}/gamma`)!);
  const kernel = tf.mul(weights.get(`${nameOf(layer)}/kernel`)!, sign) as Tensor4D;
  const largest = hasFilterBanks
    ? largestAnswers(weights, layer, input, kernel, melStride)
    : tf.max(tf.conv2d(pad === 'valid' ? padTime(input) : input, kernel, [1, melStride], pad), 2);
  const extreme = tf.mul(largest, sign);
  const answers = tf.relu(tf.add(extreme, weights.get(`${nameOf(layer)}/bias`)!));
  return batchNorm(weights, `_${layer + 1}`, answers) as Tensor3D;
}

/** The banks of each set of weights, by layer and stride: their spectra are computed once. */
const banks = new WeakMap<Weights, Map<string, FilterBank>>();

/** The largest answers over the mel axis without the map of all of them, in a third of TensorFlow's time. */
function largestAnswers(
  weights: Weights,
  layer: number,
  input: Tensor4D,
  kernel: Tensor4D,
  bandStride: number,
): Tensor3D {
  const [kernelFrames, kernelBands, , filters] = kernel.shape;
  const known = banks.get(weights) ?? new Map<string, FilterBank>();
  banks.set(weights, known);
  const key = `${layer} ${bandStride}`;
  let bank = known.get(key);
  if (bank === undefined) {
    const before = Math.floor((kernelFrames - 1) / 2); // TensorFlow's padding, and padTime's.
    const image = { frames: patchFrames, bands: melBands };
    const shape = { ...image, kernelFrames, kernelBands, filters, bandStride, before };
    bank = new FilterBank(shape, kernel.dataSync() as Float32Array);
    known.set(key, bank);
  }
  const patches = input.shape[0];
  const answers = bank.apply(input.dataSync() as Float32Array, patches);
  return tf.tensor3d(answers, [patches, patchFrames, filters]);
}

/** Convolution over 7 frames and all features: patches x time x filters. */
function timeConvolution(weights: Weights, layer: number, input: Tensor3D): Tensor3D {
  const kernel = weights.get(`${nameOf(layer)}/kernel`) as Tensor4D;
  const sums = tf.squeeze(
    tf.conv2d(padTime(tf.expandDims(input, 3) as Tensor4D), kernel, 1, 'valid'),
    [2],
  );
  const answers = tf.relu(tf.add(sums, weights.get(`${nameOf(layer)}/bias`)!));
  return batchNorm(weights, `_${layer + 1}`, answers) as Tensor3D;
}

const padTime = (x: Tensor4D): Tensor4D => tf.pad(x, [[0, 0], [3, 3], [0, 0], [0, 0]]); // prettier-ignore

const nameOf = (layer: number): string => (layer === 0 ? 'conv2d' : `conv2d_${layer}`);

function dense(weights: Weights, name: string, x: Tensor2D): Tensor2D {
  const product = tf.matMul(x, weights.get(`${name}/kernel`) as Tensor2D);
  return tf.add(product, weights.get(`${name}/bias`)!);
}

/** Batch normalisation over the last axis with the statistics of the training. */
function batchNorm<T extends Tensor>(weights: Weights, suffix: string, x: T): T {
  const get = (name: string): Tensor => weights.get(`batch_normalization${suffix}/${name}`)!;
  const deviation = tf.sqrt(tf.add(get('moving_variance'), batchNormEpsilon));
  const scale = tf.div(get('gamma'), deviation);
  return tf.add(tf.mul(x, scale), tf.sub(get('beta'), tf.mul(get('moving_mean'), scale)));
}
