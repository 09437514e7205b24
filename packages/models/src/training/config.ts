import { type Augmentation, defaultAugmentation } from './augment.ts';

/** All that decides a training run besides data, network and front end; saved with the run. */
export interface TrainingConfig {
  seed: number;
  epochs: number;
  /** Clips a step; each gives two crops. An epoch has as many steps as cover the training clips once. */
  clipsPerBatch: number;
  /** Frames of a training crop. */
  cropFrames: number;
  /** Of Adam: rises over the first epoch, then falls to 2 % along a half cosine. */
  learningRate: number;
  /** Share of the label loss. */
  labelWeight: number;
  /** Share of the contrast loss. */
  contrastWeight: number;
  /** Share of the distillation loss; 0 trains without a teacher. */
  distillationWeight: number;
  /** Of the contrast loss. */
  temperature: number;
  /** Share of the old value in the batch normalisation's running statistics. */
  momentum: number;
  augmentation: Augmentation;
}

export const defaultTrainingConfig: TrainingConfig = {
  seed: 1,
  epochs: 50,
  clipsPerBatch: 32,
  cropFrames: 256,
  learningRate: 2e-3,
  labelWeight: 2,
  contrastWeight: 1,
  distillationWeight: 20,
  temperature: 0.15,
  momentum: 0.95,
  augmentation: defaultAugmentation,
};
