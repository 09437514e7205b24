import { writeFile } from 'node:fs/promises';
import path from 'node:path';

export interface PlaylistEntry {
  path: string;
  title: string;
  artist?: string | undefined;
  durationSeconds?: number | undefined;
}

/** Extended M3U as UTF-8 (M3U8). Paths are relative to the playlist's folder, so that both can move together. */
export function formatM3u8(entries: readonly PlaylistEntry[], playlistPath: string): string {
  const folder = path.dirname(path.resolve(playlistPath));
  const lines = entries.flatMap((entry) => [
    `#EXTINF:${Math.round(entry.durationSeconds ?? -1)},${oneLine(entry.artist ? `${entry.artist} - ${entry.title}` : entry.title)}`,
    relativePath(folder, entry.path),
  ]);
  return ['#EXTM3U', ...lines, ''].join('\n');
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** A name that starts with # would read as a comment. */
function relativePath(folder: string, file: string): string {
  const relative = path.relative(folder, file).split(path.sep).join('/');
  return relative.startsWith('#') ? `./${relative}` : relative;
}

export const writeM3u8 = (entries: readonly PlaylistEntry[], playlistPath: string): Promise<void> =>
  writeFile(playlistPath, formatM3u8(entries, playlistPath));
