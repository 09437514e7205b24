import { matchingWindows, type Recommendation, type SongWindow } from '@consonance/recommender';
import type { App } from './compose.ts';

/** The windows that the model heard in a song; silent ones have no direction to compare. */
async function windowsOf({ library, modelId }: App, id: string): Promise<SongWindow[]> {
  const windows = await library.windows(modelId, id);
  if (!windows) return [];
  const { starts, embeddings } = windows;
  const dimensions = embeddings.length / starts.length;
  return [...starts]
    .map((startSeconds, i) => ({
      startSeconds,
      embedding: embeddings.subarray(i * dimensions, (i + 1) * dimensions),
    }))
    .filter(({ embedding }) => embedding.some((value) => value !== 0));
}

/** Adds to each song's reasons the pair of windows that match best, of the song and its nearest seed. */
export async function withMatchingWindows(
  app: App,
  recommendations: readonly Recommendation[],
): Promise<Recommendation[]> {
  const read = new Map<string, Promise<SongWindow[]>>();
  const windows = (id: string) => {
    if (!read.has(id)) read.set(id, windowsOf(app, id));
    return read.get(id)!;
  };
  return Promise.all(
    recommendations.map(async (song) => {
      const nearest = song.reasons.find((reason) => reason.kind === 'nearest-seed');
      if (!nearest) return song;
      const { seedId } = nearest;
      const pair = matchingWindows(seedId, await windows(song.id), await windows(seedId));
      return { ...song, reasons: [...song.reasons, ...pair] };
    }),
  );
}
