import { type Embedder, loadEmbedder as loadNetworkEmbedder } from '../embedder.ts';
import { loadFused } from './fused-embedder.ts';
import { describeEmbedder, readFusionJson } from './registry.ts';

/**
 * Loads an embedder into this process. `startEmbedder` does the same in a process of its own.
 *
 * @param source a name of the registry, or a model folder
 * @throws ModelError BAD_MODEL, NO_TENSORFLOW
 */
export async function openEmbedder(source: string): Promise<Embedder> {
  const { directory } = await describeEmbedder(source);
  const fusion = await readFusionJson(directory);
  return fusion ? loadFused(directory, fusion) : loadNetworkEmbedder(directory);
}
