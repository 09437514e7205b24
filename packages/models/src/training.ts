/** Data sets, for those who train or measure models; unlike the index it may load TensorFlow. */
export {
  type Clip,
  type Dataset,
  datasetNotes,
  type DatasetOptions,
  loadDataset,
  manifestHash,
} from './data/dataset.ts';
export { paperLabels } from './data/labels.ts';
export { readWorks, writeManifest } from './data/manifest.ts';
export { type MelSource, type MelStore, openMels } from './data/mel-store.ts';
export { createSampler } from './data/sampling.ts';
export { type FmaSubset, fmaSubsets } from './data/sources/fma.ts';
export { type LibraryTrack } from './data/sources/library.ts';
export {
  groupOf,
  leaveOut,
  type Side,
  type Split,
  splitAtRandom,
  splitByArtist,
  splitDataset,
  type SplitOptions,
} from './data/split.ts';
export { describeClips } from './embedders/describe-clips.ts';
export { fitFusion, fuse, type ReferenceSong } from './embedders/fusion.ts';
export { type FusionModel, writeFusion } from './embedders/fusion-file.ts';
export { openEmbedder } from './embedders/load.ts';
export type { PartSpec } from './embedders/part-spec.ts';
export { fusionComponents, fusionRecipes, type FusionRecipe } from './embedders/recipes.ts';
export { partId } from './embedders/parts.ts';
export { defaultFrontEnd, frontEnds } from './front-end.ts';
export { type Pass } from './network.ts';
export {
  type NetworkConfig,
  parameterCount,
  sequenceSteps,
  shortestInput,
} from './network-config.ts';
export {
  type Architecture,
  architectures,
  compactCrnn,
  type NetworkChoice,
  type Preset,
  presetNetwork,
  presets,
} from './presets.ts';
export {
  defaultTrainingConfig,
  type Recipe,
  recipeNames,
  recipes,
  type TrainingConfig,
  trainingConfig,
} from './training/config.ts';
export { type Environment, type TrainingRun } from './training/model-card.ts';
export { openPredictor, type Predictor } from './training/predict.ts';
export { type RunHooks, type RunSpec, trainRun } from './training/run.ts';
export type { Evaluation } from './training/evaluate.ts';
export { loadTeacher, toTeacherSpace } from './training/teacher.ts';
export { type EpochReport, type StepProgress, train } from './training/trainer.ts';
export { forEachConcurrently } from './data/concurrency.ts';
export { meanOf, toUnit } from './vectors.ts';
