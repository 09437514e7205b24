import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { FrontEnd } from '@consonance/audio';
import { ModelError } from '../errors.ts';
import { writeModel } from '../model-file.ts';
import {
  dynamicRange,
  embeddingDimensions,
  forward,
  initialWeights,
  loadWeights,
  type NetworkConfig,
  saveWeights,
  type Standardization,
  standardize,
  type Weights,
} from '../network.ts';
import { encodeTensors, readTensors, writeAtomically } from '../tensor-file.ts';
import { type Scalar, type Tensor2D, tf } from '../tensorflow.ts';
import { Adam } from './adam.ts';
import { augmentedCrop } from './augment.ts';
import type { TrainingConfig } from './config.ts';
import type { Clip } from '../data/dataset.ts';
import { type Evaluation, evaluate } from './evaluate.ts';
import { contrastLoss, distillationLoss, labelLoss } from './losses.ts';
import { integerBelow, pick, type Random, seededRandom } from '@consonance/statistics';
import { createSampler } from '../data/sampling.ts';
import type { Split } from '../data/split.ts';

export interface TrainingInput {
  split: Split;
  /** Mel windows of every clip of the split, melBands x frames. */
  mels: ReadonlyMap<Clip, Float32Array[]>;
  /** A vector of length 1 for every training clip; needed where config.distillationWeight is not 0. */
  teacher?: ReadonlyMap<Clip, Float32Array>;
  network: NetworkConfig;
  frontEnd: FrontEnd;
  config: TrainingConfig;
  /** Where the checkpoint, the history and the model go; a run that stopped there goes on. */
  runDirectory: string;
  onEpoch?(report: EpochReport): void;
  /** Stops after the epoch that is running. */
  signal?: AbortSignal;
}

export interface EpochReport {
  /** From 1. */
  epoch: number;
  labelLoss: number;
  contrastLoss: number;
  /** 0 without a teacher. */
  distillationLoss: number;
  /** Training clips a second; two crops each. */
  clipsPerSecond: number;
  validation: Evaluation;
}

export interface TrainingResult {
  modelId: string;
  bestEpoch: number;
  history: EpochReport[];
  test: Evaluation;
}

/**
 * Trains a network; the epoch that scores best on the validation clips becomes the model in
 * `<runDirectory>/model`.
 *
 * A checkpoint is written after each epoch, and every epoch draws its random numbers from seed and
 * epoch alone: stopped and called again with the same arguments, the training ends in the same result.
 *
 * @throws ModelError BAD_DATA when the loss is not finite; BAD_OPTION when the run folder belongs to
 * another configuration
 */
export async function train(input: TrainingInput): Promise<TrainingResult> {
  const { split, mels, network, frontEnd, config, runDirectory } = input;
  const file = (name: string) => path.join(runDirectory, name);
  await mkdir(runDirectory, { recursive: true });
  await claimFolder(file('config.json'), { network, frontEnd, config });

  const resumed = existsSync(file('checkpoint.safetensors'));
  const checkpoint = resumed ? await readTensors(file('checkpoint.safetensors')) : undefined;
  const weights = checkpoint
    ? loadWeights(network, checkpoint)
    : initialWeights(network, config.seed);
  const adam = new Adam(weights);
  if (checkpoint) adam.load(checkpoint);
  // The history is written before the checkpoint: a crash between leaves one epoch to repeat.
  const epochsDone = checkpoint?.find(({ name }) => name === 'epochs')?.values[0] ?? 0;
  const history: EpochReport[] = resumed
    ? (JSON.parse(await readFile(file('history.json'), 'utf8')) as EpochReport[]).slice(
        0,
        epochsDone,
      )
    : [];
  const standardization = measureBands(split.train, mels, network.melBands);

  while (history.length < config.epochs) {
    input.signal?.throwIfAborted();
    const epoch = history.length + 1;
    const started = performance.now();
    const losses = await trainEpoch(input, epoch, weights, adam, standardization);
    const clipsPerSecond =
      (1000 * stepsPerEpoch(input) * config.clipsPerBatch) / (performance.now() - started);
    const { scores } = await evaluate(
      { network, weights, standardization },
      split.train,
      split.validation,
      mels,
    );
    history.push({ epoch, ...losses, clipsPerSecond, validation: scores });
    const tensors = saveWeights(weights);
    if (bestOf(history) === epoch)
      await writeAtomically(file('best.safetensors'), encodeTensors(tensors));
    await writeAtomically(file('history.json'), JSON.stringify(history));
    const epochs = { name: 'epochs', shape: [1], values: Float32Array.of(epoch) };
    await writeAtomically(
      file('checkpoint.safetensors'),
      encodeTensors([...tensors, ...adam.save(), epochs]),
    );
    input.onEpoch?.(history.at(-1)!);
  }
  adam.dispose();
  tf.dispose([...weights.values()]);

  const bestTensors = await readTensors(file('best.safetensors'));
  const best = loadWeights(network, bestTensors);
  const { scores: test, embeddingMean } = await evaluate(
    { network, weights: best, standardization },
    split.train,
    split.test,
    mels,
  );
  tf.dispose([...best.values()]);
  const { labels } = network;
  const dimensions = embeddingDimensions(network);
  const model = { frontEnd, labels, dimensions, network, standardization, embeddingMean };
  const modelId = await writeModel(file('model'), model, bestTensors);
  return { modelId, bestEpoch: bestOf(history), history, test };
}

/** A run folder belongs to one configuration. */
async function claimFolder(file: string, config: object): Promise<void> {
  const text = JSON.stringify(config, null, 1);
  const before = await readFile(file, 'utf8').catch(() => undefined);
  if (before !== undefined && before !== text) {
    throw new ModelError(
      'BAD_OPTION',
      `Expected the configuration in ${file} but this run's differs; choose another folder.`,
    );
  }
  await writeAtomically(file, text);
}

const stepsPerEpoch = ({ split, config }: TrainingInput): number =>
  Math.ceil(split.train.length / config.clipsPerBatch);

/** The epoch that is best at classification and retrieval together. */
function bestOf(history: readonly EpochReport[]): number {
  const score = ({ validation }: EpochReport) =>
    [validation.macroAuc, validation.precisionAt5, validation.recordedPrecisionAt5].reduce(
      (sum, value) => sum + (Number.isFinite(value) ? value : 0),
    );
  return history.reduce((best, report) => (score(report) >= score(best) ? report : best)).epoch;
}

const lossNames = ['labelLoss', 'contrastLoss', 'distillationLoss'] as const;
type Losses = Pick<EpochReport, (typeof lossNames)[number]>;

async function trainEpoch(
  input: TrainingInput,
  epoch: number,
  weights: Weights,
  adam: Adam,
  standardization: Standardization,
): Promise<Losses> {
  const { split, config } = input;
  const random = seededRandom(config.seed * 1_000_003 + epoch);
  const sample = createSampler(split.train);
  const workNumbers = new Map(
    [...new Set(split.train.map(({ work }) => work))].map((work, i) => [work, i]),
  );
  const steps = stepsPerEpoch(input);
  const means: Losses = { labelLoss: 0, contrastLoss: 0, distillationLoss: 0 };
  for (let step = 0; step < steps; step++) {
    const clips = Array.from({ length: config.clipsPerBatch }, () => sample(random));
    const batch = makeBatch(input, clips, workNumbers, random);
    const rate = learningRate(config, epoch - 1 + step / steps);
    const losses = await trainStep(input, batch, weights, adam, standardization, random, rate);
    for (const name of lossNames) means[name] += losses[name] / steps;
  }
  if (!lossNames.every((name) => Number.isFinite(means[name]))) {
    throw new ModelError(
      'BAD_DATA',
      `The loss of epoch ${epoch} is not finite; expected finite mel values and a smaller learningRate.`,
    );
  }
  return means;
}

/** @param epochs done, a fraction */
function learningRate({ learningRate, epochs }: TrainingConfig, done: number): number {
  const fall = 0.02 + 0.98 * 0.5 * (1 + Math.cos((Math.PI * done) / epochs));
  return learningRate * Math.min(1, done + 0.02) * fall;
}

/** Rows 2i and 2i + 1 are two crops of clip i. */
interface Batch {
  /** rows x melBands x cropFrames, dB. */
  crops: Float32Array;
  labels: number[];
  works: number[];
  /** One vector a row; undefined without a teacher. */
  teacher: Float32Array[] | undefined;
}

function makeBatch(
  { mels, teacher, network, config }: TrainingInput,
  clips: readonly Clip[],
  workNumbers: ReadonlyMap<string, number>,
  random: Random,
): Batch {
  const rows = clips.flatMap((clip) => [clip, clip]);
  const cells = network.melBands * config.cropFrames;
  const crops = new Float32Array(rows.length * cells);
  rows.forEach((clip, i) => {
    const mel = pick(random, mels.get(clip)!);
    const crop = crops.subarray(i * cells, (i + 1) * cells);
    augmentedCrop(mel, network.melBands, crop, config.augmentation, random);
  });
  return {
    crops,
    labels: rows.map(({ label }) => network.labels.indexOf(label)),
    works: rows.map(({ work }) => workNumbers.get(work)!),
    teacher: config.distillationWeight === 0 ? undefined : rows.map((clip) => teacher!.get(clip)!),
  };
}

async function trainStep(
  { network, config }: TrainingInput,
  batch: Batch,
  weights: Weights,
  adam: Adam,
  standardization: Standardization,
  random: Random,
  rate: number,
): Promise<Losses> {
  const losses = tf.tidy(() => {
    const crops = tf.tensor3d(batch.crops, [
      batch.works.length,
      network.melBands,
      config.cropFrames,
    ]);
    const input = standardize(crops, standardization);
    const indices = tf.tensor1d(batch.labels, 'int32');
    const oneHot = tf.cast(tf.oneHot(indices, network.labels.length), 'float32') as Tensor2D;
    const works = tf.tensor1d(batch.works);
    const teacher = batch.teacher && tf.tensor2d(batch.teacher.map((vector) => [...vector]));
    const parts: Scalar[] = [];
    const { grads, value } = tf.variableGrads(() => {
      const training = { nextSeed: () => integerBelow(random, 2 ** 31), momentum: config.momentum };
      const { embedding, logits } = forward(network, weights, input, training);
      const losses: Scalar[] = [
        labelLoss(logits, oneHot) as Scalar,
        contrastLoss(embedding, works, config.temperature) as Scalar,
        teacher ? (distillationLoss(embedding, teacher) as Scalar) : tf.scalar(0),
      ];
      parts.push(...losses.map((loss) => tf.keep(loss)));
      const shares = [config.labelWeight, config.contrastWeight, config.distillationWeight];
      return tf.addN(losses.map((loss, i) => tf.mul(loss, shares[i]!))) as Scalar;
    }, adam.trained);
    adam.apply(grads, rate);
    tf.dispose([grads, value]);
    const values = tf.stack(parts);
    tf.dispose(parts);
    return values;
  });
  const [labelLossValue, contrastLossValue, distillationLossValue] = await losses.data();
  losses.dispose();
  return {
    labelLoss: labelLossValue!,
    contrastLoss: contrastLossValue!,
    distillationLoss: distillationLossValue!,
  };
}

/** Mean and deviation of each band over the training windows, in dB below a window's loudest cell. */
export function measureBands(
  clips: readonly Clip[],
  mels: ReadonlyMap<Clip, Float32Array[]>,
  melBands: number,
): Standardization {
  const sums = new Float64Array(melBands);
  const squares = new Float64Array(melBands);
  let frameCount = 0;
  for (const mel of clips.flatMap((clip) => mels.get(clip)!)) {
    const frames = mel.length / melBands;
    const loudest = mel.reduce((a, b) => Math.max(a, b));
    for (let i = 0; i < mel.length; i++) {
      const value = Math.max(mel[i]! - loudest, -dynamicRange);
      const band = Math.floor(i / frames);
      sums[band]! += value;
      squares[band]! += value * value;
    }
    frameCount += frames;
  }
  const mean = Float32Array.from(sums, (sum) => sum / frameCount);
  const deviation = Float32Array.from(squares, (square, band) =>
    Math.sqrt(Math.max(square / frameCount - mean[band]! ** 2, 1)),
  );
  return { mean, deviation };
}
