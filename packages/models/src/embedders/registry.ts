/** The embedders by name: what they are, without TensorFlow. `load.ts` loads them. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type FrontEnd, validateFrontEnd } from '@consonance/audio';
import { ModelError } from '../errors.ts';
import { readModel } from '../model-file.ts';
import { type FusionJson, fusionFormat } from './fusion-file.ts';

/** What ships, by the name of its folder in assets; the first is the default. */
const titles = {
  fusion: 'timbre, the CRNN and MusiCNN in one embedding',
  'crnn-compact': 'the CRNN: convolution and GRU layers trained on seven genres',
  timbre: 'statistics of MFCCs, contrast and modulation; nothing learnt but their scale',
  musicnn: 'MusiCNN, the tagger by Pons and Serra; 0.15 s of CPU a window',
} as const;

export const embedderNames: readonly string[] = Object.keys(titles);

export const defaultEmbedder: string = embedderNames[0]!;

export interface EmbedderDescription {
  /** What it was asked for by: a name, or a model folder. */
  source: string;
  /** One line for people. */
  title: string;
  /** Absolute path of the model folder. */
  directory: string;
  modelId: string;
  frontEnd: FrontEnd;
  dimensions: number;
  labels: readonly string[];
}

/**
 * @param source a name of `embedderNames`, or a model folder such as a training run's `model`
 * @throws ModelError BAD_MODEL when there is no such model or its model.json is damaged
 */
export async function describeEmbedder(source: string): Promise<EmbedderDescription> {
  const directory = folderOf(source);
  const fusion = await readFusionJson(directory);
  const { modelId, frontEnd, dimensions, labels } = fusion ?? (await readModel(directory));
  const title = titles[source as keyof typeof titles] ?? `the model in ${source}`;
  return { source, title, directory, modelId, frontEnd, dimensions, labels };
}

const folderOf = (source: string): string =>
  embedderNames.includes(source)
    ? path.resolve(import.meta.dirname, '../../assets', source)
    : path.resolve(source);

/** Undefined where the folder holds a network. */
export async function readFusionJson(directory: string): Promise<FusionJson | undefined> {
  const text = await readFile(path.join(directory, 'model.json'), 'utf8').catch(() => '');
  let json: FusionJson;
  try {
    json = JSON.parse(text) as FusionJson;
  } catch {
    return undefined; // `readModel` says what is wrong with it.
  }
  if (json.kind !== 'fusion') return undefined;
  const bad = (what: string, cause?: unknown) =>
    new ModelError('BAD_MODEL', `Expected a model in ${directory} but ${what}.`, { cause });
  if (json.format !== fusionFormat) throw bad(`its format is ${json.format}, not ${fusionFormat}`);
  try {
    validateFrontEnd(json.frontEnd);
  } catch (cause) {
    throw bad(`its front end is invalid (${(cause as Error).message})`, cause);
  }
  return json;
}
