export { defaultModelDirectory } from './default-model.ts';
export type { Embedder, TrackEmbedding } from './embedder.ts';
export {
  defaultEmbedder,
  describeEmbedder,
  type EmbedderDescription,
  embedderNames,
} from './embedders/registry.ts';
export { timbreDimensions, timbreStatistics } from './embedders/timbre.ts';
export { startEmbedder } from './embedder-process.ts';
export { ModelError, type ModelErrorCode } from './errors.ts';
export { type ModelDescription, readModel } from './model-file.ts';
export { tensorflowInfo, type TensorflowInfo } from './tensorflow-info.ts';
export { type Architecture, architectures, type Preset, presets } from './presets.ts';
export { type Recipe, recipeNames } from './training/config.ts';
