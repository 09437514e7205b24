export { defaultModelDirectory } from './default-model.ts';
export type { Embedder, TrackEmbedding } from './embedder.ts';
export { startEmbedder } from './embedder-process.ts';
export { ModelError, type ModelErrorCode } from './errors.ts';
export { type ModelDescription, readModel } from './model-file.ts';
export { tensorflowInfo, type TensorflowInfo } from './tensorflow-info.ts';
