import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { InvalidArgumentError } from 'commander';
import type { Track } from '@consonance/library';
import {
  formatJspf,
  formatM3u8,
  formatPlaylistJson,
  type PlaylistEntry,
} from '@consonance/recommender';

const formats: Record<string, (title: string, entries: readonly PlaylistEntry[]) => string> = {
  '.m3u8': (_, entries) => formatM3u8(entries),
  '.jspf': formatJspf,
  '.json': formatPlaylistJson,
};

const formatOf = (file: string) => formats[path.extname(file).toLowerCase()];

/** The value of `--playlist`. */
export function playlistFile(file: string): string {
  if (!formatOf(file)) {
    const extensions = Object.keys(formats).join(', ');
    throw new InvalidArgumentError(`Expected a file name that ends in ${extensions}.`);
  }
  return file;
}

/** Writes a playlist, with paths relative to it, in the format that the extension names. */
export async function writePlaylist(
  tracks: readonly Track[],
  file: string,
  title: string,
): Promise<void> {
  const folder = path.dirname(path.resolve(file));
  const entries = tracks.map((track) => ({
    path: path.relative(folder, track.path).split(path.sep).join('/'),
    title: track.title,
    artist: track.artist,
    album: track.album,
    durationSeconds: track.durationSeconds,
  }));
  await writeFile(file, formatOf(playlistFile(file))!(title, entries));
}
