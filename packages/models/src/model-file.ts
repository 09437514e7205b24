/** A model on disk: model.json (all that describes it) and weights.safetensors. */
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type FrontEnd, frontEndId, validateFrontEnd } from '@consonance/audio';
import { ModelError } from './errors.ts';
import type { Standardization } from './network.ts';
import type { NetworkConfig } from './network-config.ts';
import { decodeTensors, encodeTensors, type NamedTensor, writeAtomically } from './tensor-file.ts';

export const modelFormat = 1;
export const weightsFile = 'weights.safetensors';

export interface ModelDescription {
  modelId: string;
  frontEnd: FrontEnd;
  labels: string[];
  /** Length of an embedding. */
  dimensions: number;
  network: NetworkConfig;
  standardization: Standardization;
  /** Mean of the training windows' embeddings; subtracted, so that cosines use their whole range. */
  embeddingMean: Float32Array;
}

/** The description, with plain arrays for the vectors, as it stands in model.json. */
type ModelJson = Omit<ModelDescription, 'standardization' | 'embeddingMean'> & {
  format: number;
  standardization: { mean: number[]; deviation: number[] };
  embeddingMean: number[];
  weightsSha256: string;
};

/** Everything that changes an embedding goes into the id. */
function computeModelId(model: Omit<ModelDescription, 'modelId'>, weightsSha256: string): string {
  const { network, standardization, embeddingMean } = model;
  const parts = [
    ...[modelFormat, frontEndId(model.frontEnd), network, weightsSha256],
    ...[standardization.mean, standardization.deviation, embeddingMean].map((v) => [...v]),
  ];
  const kind = network.gruUnits.length > 0 ? 'crnn' : 'cnn';
  return `${kind}-${sha256(JSON.stringify(parts)).slice(0, 12)}`;
}

export const sha256 = (data: string | Uint8Array): string =>
  createHash('sha256').update(data).digest('hex');

/** Writes a model folder; a crash leaves the old model or the new one. @returns the model's id */
export async function writeModel(
  directory: string,
  model: Omit<ModelDescription, 'modelId'>,
  weights: readonly NamedTensor[],
): Promise<string> {
  const bytes = encodeTensors(weights);
  const weightsSha256 = sha256(bytes);
  const modelId = computeModelId(model, weightsSha256);
  const json: ModelJson = {
    ...model,
    format: modelFormat,
    modelId,
    standardization: {
      mean: [...model.standardization.mean],
      deviation: [...model.standardization.deviation],
    },
    embeddingMean: [...model.embeddingMean],
    weightsSha256,
  };
  await mkdir(directory, { recursive: true });
  await writeAtomically(path.join(directory, weightsFile), bytes);
  await writeAtomically(path.join(directory, 'model.json'), `${JSON.stringify(json)}\n`);
  return modelId;
}

/**
 * Reads and checks model.json, without TensorFlow.
 *
 * @throws ModelError BAD_MODEL naming the file and what is wrong with it
 */
export async function readModel(directory: string): Promise<ModelDescription> {
  const { format: _, weightsSha256: __, ...json } = await readJson(directory);
  return {
    ...json,
    standardization: {
      mean: Float32Array.from(json.standardization.mean),
      deviation: Float32Array.from(json.standardization.deviation),
    },
    embeddingMean: Float32Array.from(json.embeddingMean),
  };
}

async function readJson(directory: string): Promise<ModelJson> {
  const file = path.join(directory, 'model.json');
  const bad = (what: string, cause?: unknown) =>
    new ModelError('BAD_MODEL', `Expected a model in ${directory} but ${what}.`, { cause });
  let json: ModelJson;
  try {
    json = JSON.parse(await readFile(file, 'utf8')) as ModelJson;
  } catch (cause) {
    throw bad(`${file} cannot be read as JSON`, cause);
  }
  if (json.format !== modelFormat) throw bad(`its format is ${json.format}, not ${modelFormat}`);
  try {
    validateFrontEnd(json.frontEnd);
  } catch (cause) {
    throw bad(`its front end is invalid (${(cause as Error).message})`, cause);
  }
  return json;
}

/** @throws ModelError BAD_MODEL when the weights are not those that model.json describes */
export async function readWeights(directory: string): Promise<NamedTensor[]> {
  const { weightsSha256 } = await readJson(directory);
  return readWeightsFile(directory, weightsSha256);
}

/** @throws ModelError BAD_MODEL when there are no weights in the folder, or others than these */
export async function readWeightsFile(
  directory: string,
  weightsSha256: string,
): Promise<NamedTensor[]> {
  const file = path.join(directory, weightsFile);
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new ModelError(
      'BAD_MODEL',
      `Expected the weights of the model in ${file} but could not read it.`,
      { cause },
    );
  });
  if (sha256(bytes) !== weightsSha256) {
    throw new ModelError(
      'BAD_MODEL',
      `Expected ${file} to have the SHA-256 that model.json names; it is damaged.`,
    );
  }
  return decodeTensors(bytes, file);
}
