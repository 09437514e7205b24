import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { InvalidArgumentError } from 'commander';
import { formatPlaylist, type PlaylistFormat, playlistFormats } from '@consonance/engine';
import type { Track } from '@consonance/library';

const formatOf = (file: string): PlaylistFormat | undefined => {
  const extension = path.extname(file).slice(1).toLowerCase();
  return extension in playlistFormats ? (extension as PlaylistFormat) : undefined;
};

/** The value of `--playlist`. */
export function playlistFile(file: string): string {
  if (!formatOf(file)) {
    const extensions = Object.keys(playlistFormats).map((extension) => `.${extension}`);
    throw new InvalidArgumentError(`Expected a file name that ends in ${extensions.join(', ')}.`);
  }
  return file;
}

/** Writes a playlist, with paths relative to it, in the format that the extension names. */
export async function writePlaylist(
  tracks: readonly Track[],
  file: string,
  title: string,
): Promise<void> {
  const format = formatOf(playlistFile(file))!;
  const folder = path.dirname(path.resolve(file));
  await writeFile(file, formatPlaylist(tracks, { format, title, folder }));
}
