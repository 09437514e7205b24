/** Makes the model folder of a fused embedder. */
import path from 'node:path';
import {
  type Dataset,
  describeClips,
  fitFusion,
  fusionComponents,
  type FusionRecipe,
  type MelSource,
  partId,
  type PartSpec,
  writeFusion,
} from '@consonance/models/training';

export interface FitInput {
  recipe: FusionRecipe;
  dataset: Pick<Dataset, 'clips' | 'labels'>;
  /** Model folder of the network, for a recipe that has one. */
  network?: string;
  /** Of the default front end. */
  mels: MelSource;
  cacheDirectory: string;
  /** Where model.json and the weights go. */
  outDirectory: string;
}

/** Fits the constants of a recipe to all clips of a data set. @returns the model's id */
export async function fitEmbedder(input: FitInput): Promise<string> {
  const { recipe, dataset, cacheDirectory, outDirectory } = input;
  const { frontEnd, genreWeight } = recipe;
  const parts: PartSpec[] = [];
  const partIds: string[] = [];
  const described: Awaited<ReturnType<typeof describeClips>>[] = [];
  for (const { spec } of recipe.parts) {
    const here: PartSpec =
      spec.kind === 'network' ? { ...spec, folder: input.network ?? '', modelId: '' } : spec;
    const id = await partId(here, frontEnd, '.');
    const mels = spec.kind === 'musicnn' ? undefined : input.mels;
    described.push(await describeClips(dataset.clips, here, frontEnd, cacheDirectory, mels));
    partIds.push(id);
    const folder = path.relative(outDirectory, input.network ?? '');
    parts.push(spec.kind === 'network' ? { ...spec, folder, modelId: id } : spec);
  }
  const songs = dataset.clips.map((clip) => ({
    ...clip,
    group: clip.corpus,
    windows: described[0]!
      .get(clip)!
      .map((_, window) => described.map((of) => of.get(clip)![window]!)),
  }));
  const fusion = fitFusion(songs, {
    weights: recipe.parts.map(({ weight }) => weight),
    components: fusionComponents,
    genreWeight,
    labels: dataset.labels,
  });
  const { labels } = dataset;
  return writeFusion(outDirectory, { frontEnd, labels, parts, partIds, fusion });
}
