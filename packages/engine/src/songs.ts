import type { Track } from '@consonance/library';
import { EngineError } from './errors.ts';
import type { Music } from './collection.ts';

/** 'Artist - Title'. */
export const songName = ({ artist, title }: Pick<Track, 'artist' | 'title'>): string =>
  artist ? `${artist} - ${title}` : title;

/**
 * The tracks with these ids, in this order, all of them analysed.
 *
 * @throws EngineError UNKNOWN_SONG naming the id
 */
export const seedsOf = ({ catalogue, trackOf }: Music, ids: readonly string[]): Track[] =>
  ids.map((id) => {
    const track = trackOf.get(id);
    if (track && catalogue.rowOf.has(id)) return track;
    const what = track ? 'an analysed song' : 'a song of the library';
    throw new EngineError('UNKNOWN_SONG', `Expected the id of ${what} but received "${id}".`);
  });

/**
 * As `seedsOf`, of a client who may remember songs that the library no longer has: the others still count.
 *
 * @throws EngineError UNKNOWN_SONG where no other is left
 */
export const knownSeedsOf = (music: Music, ids: readonly string[]): Track[] => {
  const known = ids.filter((id) => music.catalogue.rowOf.has(id));
  return seedsOf(music, known.length > 0 ? known : ids);
};
