import path from 'node:path';
import type { Track } from '@consonance/library';
import {
  formatJspf,
  formatM3u8,
  formatPlaylistJson,
  type PlaylistEntry,
} from '@consonance/recommender';

interface Format {
  mediaType: string;
  format(title: string, entries: readonly PlaylistEntry[]): string;
}

/** By file name extension. */
export const playlistFormats = {
  m3u8: { mediaType: 'audio/x-mpegurl', format: (_, entries) => formatM3u8(entries) },
  jspf: { mediaType: 'application/jspf+json', format: formatJspf },
  json: { mediaType: 'application/json', format: formatPlaylistJson },
} as const satisfies Record<string, Format>;
export type PlaylistFormat = keyof typeof playlistFormats;

/** @param folder the songs' paths are relative to it; absolute without. */
export function formatPlaylist(
  tracks: readonly Track[],
  { format, title, folder }: { format: PlaylistFormat; title: string; folder?: string },
): string {
  const entries = tracks.map((track) => ({
    path: (folder === undefined ? track.path : path.relative(folder, track.path))
      .split(path.sep)
      .join('/'),
    title: track.title,
    artist: track.artist,
    album: track.album,
    durationSeconds: track.durationSeconds,
  }));
  return playlistFormats[format].format(title, entries);
}
