/** Which embedder's embeddings are used: the only place that says so. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { FrontEnd, Mel } from '@consonance/audio';
import type { Library } from '@consonance/library';
import {
  defaultEmbedder,
  describeEmbedder,
  type Embedder,
  type EmbedderDescription,
  embedderNames,
  startEmbedder,
} from '@consonance/models';
import { EngineError } from './errors.ts';

export interface CurrentModel {
  /** Of an embedder that ships, or the model folder of a training run. */
  name: string;
  modelId: string;
  labels: readonly string[];
  dimensions: number;
  frontEnd: FrontEnd;
  /** Starts it in a process of its own. */
  start(options?: { niceness?: number | undefined }): Promise<Embedder<Mel>>;
}

/** Name of the library's setting: what `describeEmbedder` takes. */
export const modelSetting = 'model';

/** The embedder that the library is set to. @throws ModelError BAD_MODEL when its folder is gone */
export async function currentModel(library: Library): Promise<CurrentModel> {
  const chosen = await library.setting(modelSetting);
  return toCurrent(await describeEmbedder(typeof chosen === 'string' ? chosen : defaultEmbedder));
}

/**
 * Sets the library to another embedder. Its songs need a new analysis; what the others made stays, and
 * is back at once when they are chosen again.
 *
 * @param choice a name that ships, a run in the data directory, or a model or run folder
 * @throws EngineError UNKNOWN_MODEL; ModelError BAD_MODEL when the folder holds no whole model
 */
export async function useModel(library: Library, choice: string): Promise<CurrentModel> {
  const source = resolveModel(library.dataDirectory, choice);
  const described = await describeEmbedder(source);
  await library.saveSetting(modelSetting, source);
  return toCurrent(described);
}

/** The embedders that come with Consonance. */
export async function listModels() {
  const described = await Promise.all(embedderNames.map(describeEmbedder));
  return described.map(({ source, title, modelId, labels, dimensions }) => ({
    name: source,
    description: title,
    modelId,
    labels: [...labels],
    dimensions,
  }));
}

function resolveModel(dataDirectory: string, choice: string): string {
  if (embedderNames.includes(choice)) return choice;
  const folders = [path.resolve(choice), path.join(dataDirectory, 'runs', choice)];
  const found = folders
    .flatMap((folder) => [folder, path.join(folder, 'model')])
    .find((folder) => existsSync(path.join(folder, 'model.json')));
  if (found) return found;
  throw new EngineError(
    'UNKNOWN_MODEL',
    `Expected ${embedderNames.join(', ')}, a training run or a model folder but received "${choice}".`,
  );
}

const toCurrent = ({
  source,
  modelId,
  labels,
  dimensions,
  frontEnd,
}: EmbedderDescription): CurrentModel => ({
  name: source,
  modelId,
  labels,
  dimensions,
  frontEnd,
  start: (options) => startEmbedder(source, options),
});
