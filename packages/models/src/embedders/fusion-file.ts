/** A fused embedder on disk: model.json and weights.safetensors with its constants. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { type FrontEnd, frontEndId } from '@consonance/audio';
import { ModelError } from '../errors.ts';
import { readWeightsFile, sha256, weightsFile } from '../model-file.ts';
import { encodeTensors, type NamedTensor, writeAtomically } from '../tensor-file.ts';
import { type Fusion, fusionDimensions } from './fusion.ts';
import type { PartSpec } from './part-spec.ts';

export const fusionFormat = 1;

/** What model.json says; enough to describe the embedder without TensorFlow. */
export interface FusionJson {
  format: number;
  kind: 'fusion';
  modelId: string;
  frontEnd: FrontEnd;
  labels: string[];
  dimensions: number;
  parts: (PartSpec & { weight: number })[];
  /** Weight of the genres' cosine against that of all parts together. */
  genreWeight: number;
  weightsSha256: string;
}

export interface FusionModel extends Pick<FusionJson, 'frontEnd' | 'labels'> {
  parts: readonly PartSpec[];
  /** Of the parts, in their order: what they are made of (`Part.id`). */
  partIds: readonly string[];
  fusion: Fusion;
}

/** Writes a model folder. @returns the model's id */
export async function writeFusion(directory: string, model: FusionModel): Promise<string> {
  const { fusion, frontEnd, labels } = model;
  const { classifier, genreWeight } = fusion;
  const bytes = encodeTensors([
    ...fusion.parts.flatMap(({ mean, scale }, i) => [
      vector(`part${i}/mean`, mean),
      vector(`part${i}/scale`, scale),
    ]),
    vector('centre', fusion.centre),
    matrix('projection', fusion.projection),
    matrix('labels/weights', classifier.weights),
    vector('labels/bias', classifier.bias),
    vector('labels/centre', fusion.logitCentre),
  ]);
  const weightsSha256 = sha256(bytes);
  const weights = fusion.parts.map(({ weight }) => weight);
  const parts = model.parts.map((part, i) => ({ ...part, weight: weights[i]! }));
  const made = [
    ...[fusionFormat, frontEndId(frontEnd), model.partIds, weights, genreWeight, weightsSha256],
  ];
  const name = parts.length > 1 ? 'fusion' : parts[0]!.kind;
  const modelId = `${name}-${sha256(JSON.stringify(made)).slice(0, 12)}`;
  const json: FusionJson = {
    format: fusionFormat,
    kind: 'fusion',
    modelId,
    frontEnd,
    labels,
    dimensions: fusionDimensions(fusion),
    parts,
    genreWeight,
    weightsSha256,
  };
  await mkdir(directory, { recursive: true });
  await writeAtomically(path.join(directory, weightsFile), bytes);
  await writeAtomically(path.join(directory, 'model.json'), `${JSON.stringify(json)}\n`);
  return modelId;
}

/** @throws ModelError BAD_MODEL when the weights are not those that model.json describes */
export async function readFusionWeights(
  directory: string,
  { parts, labels, genreWeight, weightsSha256 }: FusionJson,
): Promise<Fusion> {
  const file = path.join(directory, weightsFile);
  const tensors = new Map(
    (await readWeightsFile(directory, weightsSha256)).map((tensor) => [tensor.name, tensor]),
  );
  const get = (name: string): NamedTensor => {
    const tensor = tensors.get(name);
    if (!tensor)
      throw new ModelError('BAD_MODEL', `Expected ${name} in ${file} but it is missing.`);
    return tensor;
  };
  const rows = (name: string) => {
    const { values, shape } = get(name);
    const [count, width] = shape as [number, number];
    return Array.from({ length: count }, (_, i) => values.subarray(i * width, (i + 1) * width));
  };
  return {
    parts: parts.map(({ weight }, i) => ({
      weight,
      mean: get(`part${i}/mean`).values,
      scale: get(`part${i}/scale`).values,
    })),
    centre: get('centre').values,
    projection: rows('projection'),
    classifier: {
      labels: [...labels],
      weights: rows('labels/weights').map((row) => [...row]),
      bias: [...get('labels/bias').values],
    },
    logitCentre: get('labels/centre').values,
    genreWeight,
  };
}

const vector = (name: string, values: ArrayLike<number>): NamedTensor => ({
  name,
  shape: [values.length],
  values: Float32Array.from(values),
});

const matrix = (name: string, rows: readonly ArrayLike<number>[]): NamedTensor => ({
  name,
  shape: [rows.length, rows[0]!.length],
  values: Float32Array.from(rows.flatMap((row) => Array.from(row))),
});
