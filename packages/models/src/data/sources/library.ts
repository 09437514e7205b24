import { existsSync } from 'node:fs';
import { taggedLabels } from '../labels.ts';
import { emptySource, leaveOutSong, type Source } from './source.ts';

/** A song of the user's library, with what its tags say. */
export interface LibraryTrack {
  /** Absolute. */
  path: string;
  artist?: string;
  album?: string;
  /** Genre tags as they stand in the file. */
  genres: readonly string[];
}

/** Songs whose genre tags name exactly one label; the others are left out and counted. */
export function readLibrary(tracks: readonly LibraryTrack[], labels: readonly string[]): Source {
  const source = emptySource();
  const labelsOf = taggedLabels(labels);
  for (const { path, artist = '', album, genres } of tracks) {
    const found = labelsOf(genres);
    if (genres.length === 0) leaveOutSong(source, 'no genre tag');
    else if (found.length === 0) leaveOutSong(source, 'genre tags that name none of the labels');
    else if (found.length > 1) leaveOutSong(source, 'genre tags that name several labels');
    else if (!existsSync(path)) source.skipped.push({ path, reason: 'the file is missing' });
    else {
      source.clips.push({
        path,
        label: found[0]!,
        artist,
        work: '',
        corpus: '',
        recorded: true,
        ...(album !== undefined && { album }),
      });
    }
  }
  return source;
}
