import { cpus } from 'node:os';
import {
  type Dataset,
  defaultFrontEnd,
  fusionRecipes,
  type FusionRecipe,
  loadDataset,
  openMels,
} from '@consonance/models/training';
import { fitEmbedder } from './fit.ts';

export interface Fitted {
  modelId: string;
  recipe: FusionRecipe;
  dataset: Dataset;
  /** Of the network that is a part. */
  network: string | undefined;
}

/** Fits a recipe of the registry to a data set. @returns undefined where there is no such recipe */
export async function fitNamed(
  name: string,
  input: {
    data: string;
    labels?: readonly string[];
    outDirectory: string;
    cacheDirectory: string;
    network?: string;
  },
): Promise<Fitted | undefined> {
  if (!Object.hasOwn(fusionRecipes, name)) return undefined;
  const recipe: FusionRecipe = fusionRecipes[name as keyof typeof fusionRecipes];
  const dataset = await loadDataset(input.data, input.labels && { labels: input.labels });
  const mels = await openMels(dataset.clips, defaultFrontEnd, input.cacheDirectory, () => {});
  const heard = { clips: mels.clips, labels: dataset.labels };
  const modelId = await fitEmbedder({ ...input, recipe, dataset: heard, mels });
  return { modelId, recipe, dataset, network: input.network };
}

/** What a person should know of the model, as Markdown. */
export function fittedCard({
  modelId,
  recipe,
  dataset,
  name,
  command,
  date,
}: Fitted & { name: string; command: string; date: Date }): string {
  const total = recipe.parts.reduce((sum, { weight }) => sum + weight, 0);
  const parts = recipe.parts.map(({ spec, weight }) => {
    const { kind, ...settings } = spec;
    const details = Object.entries(settings).map(([key, value]) => `, ${key} ${value}`);
    return `- ${kind}${details.join('')}: weight ${(weight / total).toFixed(2)}`;
  });
  const recordings = dataset.clips.filter(({ recorded }) => recorded).length;
  return `# Model card: ${modelId}

\`${name}\`, an embedding made of parts (packages/models/src/embedders/fusion.ts); genres: ${dataset.labels.join(', ')}.

${parts.join('\n')}
- genres of the classifier: weight ${recipe.genreWeight} against all parts together

## Fitted

- Command: \`${command}\`, ${date.toISOString().slice(0, 10)}; nothing is drawn at random, so there is no seed
- Machine: ${cpus().length} x ${cpus()[0]?.model}; node ${process.version}
- Data: ${dataset.name}, SHA-256 ${dataset.manifestHash}; ${dataset.clips.length} clips, ${recordings} of them recordings
- Scales and axes are those of the recordings; the classifier (logistic regression) learnt from all clips
- Front end: see model.json

What it is worth on corpora that nothing was fitted to, against the other embedders: docs/evaluation.md, "Which embedding ships".
`;
}
