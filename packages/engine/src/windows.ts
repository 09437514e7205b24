import type { Library } from '@consonance/library';
import { matchingWindows, type Recommendation, type SongWindow } from '@consonance/recommender';

/** The windows that the model heard in these songs; silent ones have no direction to compare. */
async function windowsOf(
  library: Library,
  modelId: string,
  ids: readonly string[],
): Promise<Map<string, SongWindow[]>> {
  const read = await library.windows(modelId, ids);
  return new Map(
    [...read].map(([id, { starts, embeddings }]) => {
      const dimensions = embeddings.length / starts.length;
      const windows = [...starts].map((startSeconds, i) => ({
        startSeconds,
        embedding: embeddings.subarray(i * dimensions, (i + 1) * dimensions),
      }));
      return [id, windows.filter(({ embedding }) => embedding.some((value) => value !== 0))];
    }),
  );
}

/** Adds to each song's reasons the pair of windows that match best, of the song and its nearest seed. */
export async function withMatchingWindows(
  library: Library,
  modelId: string,
  recommendations: readonly Recommendation[],
): Promise<Recommendation[]> {
  const nearest = recommendations.map(({ reasons }) =>
    reasons.find((reason) => reason.kind === 'nearest-seed'),
  );
  const ids = recommendations.flatMap(({ id }, i) => (nearest[i] ? [id, nearest[i].seedId] : []));
  const windows = await windowsOf(library, modelId, [...new Set(ids)]);
  return recommendations.map((song, i) => {
    if (!nearest[i]) return song;
    const { seedId } = nearest[i];
    const pair = matchingWindows(seedId, windows.get(song.id) ?? [], windows.get(seedId) ?? []);
    return { ...song, reasons: [...song.reasons, ...pair] };
  });
}
