import type { Track } from '@consonance/library';
import { genresOf, topGenre } from '@consonance/recommender';
import type { Music } from './collection.ts';

/**
 * Songs that one listener might love: of the genre that most songs have (and the next where it has
 * too few), the most probable ones, one of each artist before a second of any.
 *
 * @param tracks analysed ones to choose from
 */
export function suggestSeeds(
  { catalogue }: Music,
  tracks: readonly Track[],
  count: number,
): Track[] {
  const rowOf = (track: Track) => catalogue.rowOf.get(track.id)!;
  return [...Map.groupBy(tracks, (track) => topGenre(catalogue, rowOf(track)))]
    .sort(([, a], [, b]) => b.length - a.length)
    .flatMap(([label, songs]) => inOrder(label, songs))
    .slice(0, count);

  function inOrder(label: string, songs: readonly Track[]): Track[] {
    const column = catalogue.labels.indexOf(label);
    const probability = (track: Track) => genresOf(catalogue, rowOf(track))[column]!;
    const turns = new Map<string, number>();
    return songs
      .toSorted((a, b) => probability(b) - probability(a))
      .map((song) => {
        const artist = song.artist ?? song.id;
        const turn = turns.get(artist) ?? 0;
        turns.set(artist, turn + 1);
        return { song, turn };
      })
      .sort((a, b) => a.turn - b.turn)
      .map(({ song }) => song);
  }
}
