import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type FrontEnd, frontEndFrames } from '@consonance/audio';
import { expected, ModelError } from '../errors.ts';
import { writeModel } from '../model-file.ts';
import {
  dynamicRange,
  forward,
  initialWeights,
  loadWeights,
  saveWeights,
  type Standardization,
  standardize,
  type Weights,
} from '../network.ts';
import { embeddingDimensions, type NetworkConfig, shortestInput } from '../network-config.ts';
import { encodeTensors, type NamedTensor, readTensors, writeAtomically } from '../tensor-file.ts';
import { type Scalar, type Tensor, type Tensor2D, type Tensor3D, tf } from '../tensorflow.ts';
import { Adam } from './adam.ts';
import { claimFolder } from './claim-folder.ts';
import { augmentedCrop, symmetricBeta } from './augment.ts';
import type { TrainingConfig } from './config.ts';
import type { Clip } from '../data/dataset.ts';
import { type Evaluation, evaluate } from './evaluate.ts';
import { contrastLoss, distillationLoss, labelLoss } from './losses.ts';
import { integerBelow, pick, type Random, seededRandom, shuffled } from '@consonance/statistics';
import { createSampler } from '../data/sampling.ts';
import type { MelSource } from '../data/mel-store.ts';
import type { Split } from '../data/split.ts';

export interface TrainingInput {
  split: Split;
  /** Mel windows of every clip of the split, melBands x frames. */
  mels: MelSource;
  /** A vector of length 1 for every training clip; needed where config.distillationWeight is not 0. */
  teacher?: ReadonlyMap<Clip, Float32Array>;
  network: NetworkConfig;
  /** Weights of another model to begin with, where name and shape fit: fine-tuning. */
  initial?: readonly NamedTensor[];
  frontEnd: FrontEnd;
  config: TrainingConfig;
  /** Where the checkpoint, the history and the model go; a run that stopped there goes on. */
  runDirectory: string;
  onEpoch?(report: EpochReport): void;
  onStep?(progress: StepProgress): void;
  /** Stops after the step that is running; the epoch is then repeated by the next call. */
  signal?: AbortSignal;
}

export interface StepProgress {
  /** From 1. */
  epoch: number;
  /** Steps of this epoch that are done, and of all its steps. */
  step: number;
  steps: number;
  /** Mean over the steps of this epoch so far. */
  labelLoss: number;
  /** Training clips a second in this epoch so far. */
  clipsPerSecond: number;
}

export interface EpochReport {
  /** From 1. */
  epoch: number;
  labelLoss: number;
  contrastLoss: number;
  /** 0 without a teacher. */
  distillationLoss: number;
  /** Training clips a second, evaluation not counted. */
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
  checkInput(input);
  const standardization = await measureBands(split.train, mels, network.melBands);
  const { weights, adam, history } = await openCheckpoint(input);
  const neighbours = shuffled(split.train, seededRandom(config.seed)).slice(0, sampledNeighbours);
  const trained = { network, weights, standardization };

  while (history.length < config.epochs && !hasStalled(history, config)) {
    const epoch = history.length + 1;
    const report = await trainEpoch(input, epoch, trained, adam);
    const { scores } = await evaluate(trained, neighbours, split.validation, mels);
    history.push({ epoch, ...report, validation: scores });
    const tensors = saveWeights(weights);
    if (bestOf(history) === epoch)
      await writeAtomically(file('best.safetensors'), encodeTensors(tensors));
    // Written before the checkpoint: a crash between leaves one epoch to repeat.
    await writeAtomically(file('history.json'), JSON.stringify(history));
    const epochs = { name: 'epochs', shape: [1], values: Float32Array.of(epoch) };
    await writeAtomically(
      file(checkpointFile),
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

const checkpointFile = 'checkpoint.safetensors';

/** Training clips that validation clips search among: all of them would cost more than the training. */
const sampledNeighbours = 500;

/** Before hours are spent. */
function checkInput({ network, frontEnd, config }: TrainingInput): void {
  const shortest = shortestInput(network);
  const frames = cropFrames(config, frontEnd);
  if (frames >= shortest) return;
  throw expected('BAD_OPTION', `at least ${shortest} frames`, 'cropFrames', frames);
}

/** Weights, optimiser and history of a run that stopped, or fresh ones. */
async function openCheckpoint({ network, initial, config, runDirectory }: TrainingInput) {
  const file = path.join(runDirectory, checkpointFile);
  if (!existsSync(file)) {
    const weights = initialWeights(network, config.seed, initial);
    return { weights, adam: new Adam(weights), history: [] as EpochReport[] };
  }
  const checkpoint = await readTensors(file);
  const epochs = checkpoint.find(({ name }) => name === 'epochs')?.values[0];
  const history = await readHistory(path.join(runDirectory, 'history.json'));
  if (!epochs || history.length < epochs) {
    throw new ModelError(
      'BAD_DATA',
      `Expected ${file} and history.json beside it to be of one run; remove the folder to begin anew.`,
    );
  }
  const weights = loadWeights(network, checkpoint);
  const adam = new Adam(weights);
  adam.load(checkpoint, file);
  return { weights, adam, history: history.slice(0, epochs) };
}

async function readHistory(file: string): Promise<EpochReport[]> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as EpochReport[];
  } catch (cause) {
    throw new ModelError('BAD_DATA', `${file} is damaged: it cannot be read as JSON.`, { cause });
  }
}

const cropFrames = (config: TrainingConfig, frontEnd: FrontEnd): number =>
  config.cropFrames ?? frontEndFrames(frontEnd);

const stepsPerEpoch = ({ split, config }: TrainingInput): number =>
  Math.ceil(split.train.length / config.clipsPerBatch);

/**
 * The epoch that is best at classification and retrieval together. A measure that does not exist counts for
 * nothing: NaN, or null where the history was read.
 */
export function bestOf(history: readonly EpochReport[]): number {
  const score = ({ validation }: EpochReport) =>
    [validation.macroAuc, validation.precisionAt5, validation.recordedPrecisionAt5].reduce(
      (sum, value) => sum + (Number.isFinite(value) ? value : 0),
      0,
    );
  return history.reduce((best, report) => (score(report) >= score(best) ? report : best)).epoch;
}

const hasStalled = (history: readonly EpochReport[], { patience }: TrainingConfig): boolean =>
  patience > 0 && history.length > 0 && history.length - bestOf(history) >= patience;

const lossNames = ['labelLoss', 'contrastLoss', 'distillationLoss'] as const;
type Losses = Pick<EpochReport, (typeof lossNames)[number]>;

async function trainEpoch(
  input: TrainingInput,
  epoch: number,
  trained: { weights: Weights; standardization: Standardization },
  adam: Adam,
): Promise<Losses & { clipsPerSecond: number }> {
  const { split, config } = input;
  const started = performance.now();
  let clipsPerSecond = 0;
  const random = seededRandom(config.seed * 1_000_003 + epoch);
  const sample = createSampler(split.train);
  const workNumbers = new Map(
    [...new Set(split.train.map(({ work }) => work))].map((work, i) => [work, i]),
  );
  const steps = stepsPerEpoch(input);
  const means: Losses = { labelLoss: 0, contrastLoss: 0, distillationLoss: 0 };
  for (let step = 0; step < steps; step++) {
    const clips = Array.from({ length: config.clipsPerBatch }, () => sample(random));
    const batch = await makeBatch(input, clips, workNumbers, random);
    const rate = learningRate(config, epoch - 1 + step / steps);
    const losses = await trainStep(input, batch, trained, adam, random, rate);
    for (const name of lossNames) means[name] += losses[name] / steps;
    clipsPerSecond = (1000 * (step + 1) * config.clipsPerBatch) / (performance.now() - started);
    const labelLoss = (means.labelLoss * steps) / (step + 1);
    input.onStep?.({ epoch, step: step + 1, steps, labelLoss, clipsPerSecond });
    // TensorFlow works in this thread: Ctrl-C and the clock wait for a pause.
    await setImmediate();
    input.signal?.throwIfAborted();
  }
  if (!lossNames.every((name) => Number.isFinite(means[name]))) {
    throw new ModelError(
      'BAD_DATA',
      `The loss of epoch ${epoch} is not finite; expected finite mel values and a smaller learningRate.`,
    );
  }
  return { ...means, clipsPerSecond };
}

/** @param epochs done, a fraction */
function learningRate({ learningRate, epochs }: TrainingConfig, done: number): number {
  const fall = 0.02 + 0.98 * 0.5 * (1 + Math.cos((Math.PI * done) / epochs));
  return learningRate * Math.min(1, done + 0.02) * fall;
}

/** `cropsPerClip` rows a clip, one after the other. */
interface Batch {
  /** rows x melBands x cropFrames, dB. */
  crops: Float32Array;
  labels: number[];
  works: number[];
  /** One vector a row; undefined without a teacher. */
  teacher: Float32Array[] | undefined;
}

async function makeBatch(
  { mels, teacher, network, frontEnd, config }: TrainingInput,
  clips: readonly Clip[],
  workNumbers: ReadonlyMap<string, number>,
  random: Random,
): Promise<Batch> {
  const rows = clips.flatMap((clip) => Array.from({ length: config.cropsPerClip }, () => clip));
  const windows = await Promise.all(rows.map(async (clip) => (await mels.get(clip))!));
  const cells = network.melBands * cropFrames(config, frontEnd);
  const crops = new Float32Array(rows.length * cells);
  windows.forEach((_, i) => {
    const mel = pick(random, windows[i]!);
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
  { network, frontEnd, config }: TrainingInput,
  batch: Batch,
  { weights, standardization }: { weights: Weights; standardization: Standardization },
  adam: Adam,
  random: Random,
  rate: number,
): Promise<Losses> {
  const losses = tf.tidy(() => {
    const crops = tf.tensor3d(batch.crops, [
      batch.works.length,
      network.melBands,
      cropFrames(config, frontEnd),
    ]);
    const indices = tf.tensor1d(batch.labels, 'int32');
    const [input, truth] = mixUp(
      standardize(crops, standardization),
      tf.cast(tf.oneHot(indices, network.labels.length), 'float32') as Tensor2D,
      config.augmentation.mixup,
      random,
    );
    const works = tf.tensor1d(batch.works);
    const teacher = batch.teacher && tf.tensor2d(batch.teacher.map((vector) => [...vector]));
    const parts: Scalar[] = [];
    const { grads, value } = tf.variableGrads(() => {
      const training = { nextSeed: () => integerBelow(random, 2 ** 31), momentum: config.momentum };
      const { embedding, logits } = forward(network, weights, input, { training });
      const losses: Scalar[] = [
        labelLoss(logits, truth) as Scalar,
        config.contrastWeight > 0
          ? (contrastLoss(embedding, works, config.temperature) as Scalar)
          : tf.scalar(0),
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

/** Every row and its labels, mixed with the row before it. */
function mixUp(
  input: Tensor3D,
  truth: Tensor2D,
  strength: number,
  random: Random,
): [Tensor3D, Tensor2D] {
  if (strength === 0) return [input, truth];
  const rows = input.shape[0];
  const before = tf.tensor1d(
    Array.from({ length: rows }, (_, i) => (i + rows - 1) % rows),
    'int32',
  );
  const shares = tf.tensor2d(
    Array.from({ length: rows }, () => symmetricBeta(strength, random)),
    [rows, 1],
  );
  const mix = <T extends Tensor>(x: T, share: Tensor): T =>
    tf.add(tf.mul(x, share), tf.mul(tf.gather(x, before), tf.sub(1, share)));
  return [mix(input, tf.expandDims(shares, 2)), mix(truth, shares)];
}

/**
 * Mean and deviation of each band over the training windows, in dB below a window's loudest cell.
 *
 * @throws ModelError BAD_DATA naming the clip whose spectrogram holds NaN or infinity
 */
export async function measureBands(
  clips: readonly Clip[],
  mels: MelSource,
  melBands: number,
): Promise<Standardization> {
  const sums = new Float64Array(melBands);
  const squares = new Float64Array(melBands);
  let frameCount = 0;
  for (const clip of clips) {
    for (const mel of (await mels.get(clip))!) {
      const frames = mel.length / melBands;
      const loudest = mel.reduce((a, b) => Math.max(a, b));
      if (!Number.isFinite(loudest)) {
        throw new ModelError(
          'BAD_DATA',
          `Expected a finite mel spectrogram of ${clip.path} but received NaN or infinity.`,
        );
      }
      for (let i = 0; i < mel.length; i++) {
        const value = Math.max(mel[i]! - loudest, -dynamicRange);
        const band = Math.floor(i / frames);
        sums[band]! += value;
        squares[band]! += value * value;
      }
      frameCount += frames;
    }
  }
  const mean = Float32Array.from(sums, (sum) => sum / frameCount);
  const deviation = Float32Array.from(squares, (square, band) =>
    Math.sqrt(Math.max(square / frameCount - mean[band]! ** 2, 1)),
  );
  return { mean, deviation };
}
