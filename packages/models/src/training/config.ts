import { expected } from '../errors.ts';
import { type Augmentation, noAugmentation, productAugmentation } from './augment.ts';

/** All that decides a training run besides data, network and front end; saved with the run. */
export interface TrainingConfig {
  seed: number;
  epochs: number;
  /** Ends the training after so many epochs without a better one; 0: never. */
  patience: number;
  /** Clips a step. An epoch has as many steps as cover the training clips once. */
  clipsPerBatch: number;
  /** Crops of each clip in a step: 2 where they are contrasted. */
  cropsPerClip: 1 | 2;
  /** Frames of a training crop, at a random place of a window; the whole window when absent. */
  cropFrames?: number;
  /** Of Adam: rises over the first epoch, then falls to 2 % along a half cosine. */
  learningRate: number;
  /** Share of the label loss. */
  labelWeight: number;
  /** Share of the contrast loss; 0: off. */
  contrastWeight: number;
  /** Share of the distillation loss; 0 trains without a teacher. */
  distillationWeight: number;
  /** Of the contrast loss. */
  temperature: number;
  /** Share of the old value in the batch normalisation's running statistics. */
  momentum: number;
  augmentation: Augmentation;
}

/** The recipe of the network that ships: labels, contrast and a teacher, on changed crops. */
const product: TrainingConfig = {
  seed: 1,
  epochs: 50,
  patience: 0,
  clipsPerBatch: 32,
  cropsPerClip: 2,
  cropFrames: 256,
  learningRate: 2e-3,
  labelWeight: 2,
  contrastWeight: 1,
  distillationWeight: 20,
  temperature: 0.15,
  momentum: 0.95,
  augmentation: productAugmentation,
};

/** The paper's training: one-hot labels alone, whole windows as they are, 100 epochs. */
const { cropFrames: _, ...wholeWindows } = product;
const paper: TrainingConfig = {
  ...wholeWindows,
  epochs: 100,
  cropsPerClip: 1,
  learningRate: 1e-3,
  labelWeight: 1,
  contrastWeight: 0,
  distillationWeight: 0,
  augmentation: noAugmentation,
};

export const recipes = { paper, product };
export type Recipe = keyof typeof recipes;
export const recipeNames = Object.keys(recipes) as Recipe[];

export const defaultTrainingConfig = product;

const isInteger = (from: number) => (value: unknown) =>
  Number.isInteger(value) && (value as number) >= from;
const isFrom = (low: number, high: number) => (value: unknown) =>
  typeof value === 'number' && value >= low && value <= high;
const weight = ['a number of at least 0', isFrom(0, 1e6)] as const;

const rules: Record<string, readonly [string, (value: unknown) => boolean]> = {
  seed: ['an integer of at least 0', isInteger(0)],
  epochs: ['a positive integer', isInteger(1)],
  patience: ['an integer of at least 0', isInteger(0)],
  clipsPerBatch: ['an integer of at least 2', isInteger(2)],
  cropsPerClip: ['1 or 2', (value) => value === 1 || value === 2],
  cropFrames: ['a positive integer', (value) => value === undefined || isInteger(1)(value)],
  learningRate: ['a number above 0, at most 1,', isFrom(Number.MIN_VALUE, 1)],
  labelWeight: weight,
  contrastWeight: weight,
  distillationWeight: weight,
  temperature: ['a number above 0', isFrom(Number.MIN_VALUE, 100)],
  momentum: ['a number from 0 to 1', isFrom(0, 1)],
  augmentation: ['an object', (value) => typeof value === 'object' && value !== null],
};

/**
 * A recipe with some settings changed; those of `augmentation` one by one.
 *
 * @throws ModelError BAD_OPTION naming the setting that is misspelt or out of range, or settings that
 * exclude each other
 */
export function trainingConfig(recipe: Recipe, changes: Partial<TrainingConfig>): TrainingConfig {
  if (!recipeNames.includes(recipe))
    throw expected('BAD_OPTION', `one of ${recipeNames.join(', ')}`, 'recipe', recipe);
  const base = recipes[recipe];
  const augmentation = { ...base.augmentation, ...changes.augmentation };
  const config = { ...base, ...changes, augmentation };
  for (const [name, value] of Object.entries(config)) {
    const [what, holds] = rules[name] ?? [`only ${Object.keys(rules).join(', ')}`, () => false];
    if (!holds(value)) throw expected('BAD_OPTION', what, name, rules[name] ? value : name);
  }
  for (const [name, value] of Object.entries(augmentation)) {
    const isKnown = Object.hasOwn(noAugmentation, name);
    const most = name === 'mixup' ? 1 : 1e6;
    if (!isKnown || !isFrom(0, most)(value)) {
      const what = isKnown
        ? `a number from 0 to ${most}`
        : `only ${Object.keys(noAugmentation).join(', ')}`;
      throw expected('BAD_OPTION', what, `augmentation.${name}`, isKnown ? value : name);
    }
  }
  if (config.contrastWeight > 0 && config.cropsPerClip !== 2)
    throw expected('BAD_OPTION', '2, because of contrastWeight,', 'cropsPerClip', 1);
  if (augmentation.mixup > 0 && config.contrastWeight + config.distillationWeight > 0)
    throw expected(
      'BAD_OPTION',
      '0, because of contrast or distillation,',
      'augmentation.mixup',
      augmentation.mixup,
    );
  return config;
}
