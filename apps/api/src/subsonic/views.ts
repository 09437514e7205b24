/** The library in OpenSubsonic's words: https://opensubsonic.netlify.app/docs/responses/child/ and others. */
import { basename, extname } from 'node:path';
import type { Collection } from '@consonance/engine';
import type { Track } from '@consonance/library';
import { topGenre } from '@consonance/recommender';
import { type Album, albumId, type Artist, artistId } from './shelves.ts';

const contentTypes: Record<string, string> = {
  mp3: 'audio/mpeg',
  flac: 'audio/flac',
  wav: 'audio/wav',
  aif: 'audio/aiff',
  aiff: 'audio/aiff',
  aifc: 'audio/aiff',
  ogg: 'audio/ogg',
  oga: 'audio/ogg',
  opus: 'audio/ogg',
  m4a: 'audio/mp4',
  m4p: 'audio/mp4',
  aac: 'audio/aac',
  wma: 'audio/x-ms-wma',
  mka: 'audio/x-matroska',
};

/** By the file's name, which is what players expect of a list; `stream` looks into the file. */
export function contentTypeOf({ path }: Track): string {
  return contentTypes[suffixOf(path)] ?? 'application/octet-stream';
}

/** kbit/s of the whole file, pictures included. */
export function bitRateOf({ size, durationSeconds }: Track): number | undefined {
  return durationSeconds ? Math.round((size * 8) / durationSeconds / 1000) : undefined;
}

/** The genre of the tags, or the one that the model hears. */
export function childView({ catalogue }: Collection, track: Track) {
  const { id, title, artist, album, year, durationSeconds, size, path, addedAt } = track;
  const row = catalogue.rowOf.get(id);
  const genre = track.tagGenres[0] ?? (row === undefined ? undefined : topGenre(catalogue, row));
  return {
    id,
    isDir: false,
    isVideo: false,
    type: 'music',
    mediaType: 'song',
    title,
    size,
    ...defined({
      artist,
      album,
      year,
      genre,
      parent: albumId(track),
      albumId: albumId(track),
      artistId: artist && artistId(artist),
      coverArt: track.hasCover ? id : undefined,
      duration: durationSeconds === undefined ? undefined : Math.round(durationSeconds),
      bitRate: bitRateOf(track),
      genres: genre && [{ name: genre }],
    }),
    contentType: contentTypeOf(track),
    suffix: suffixOf(path),
    // Where the music lies on the server is nobody's business.
    path: basename(path),
    created: addedAt.toISOString(),
  };
}

export function artistView({ id, name, albumIds, tracks }: Artist) {
  return { id, name, albumCount: albumIds.size, ...coverOf(id, tracks) };
}

export function albumView({ id, name, artist, tracks }: Album) {
  const seconds = tracks.reduce((sum, { durationSeconds = 0 }) => sum + durationSeconds, 0);
  const added = Math.min(...tracks.map(({ addedAt }) => addedAt.getTime()));
  return {
    id,
    name,
    songCount: tracks.length,
    duration: Math.round(seconds),
    created: new Date(added).toISOString(),
    ...defined({ artist, artistId: artist && artistId(artist), year: tracks[0]!.year }),
    ...coverOf(id, tracks),
  };
}

function coverOf(id: string, tracks: readonly Track[]) {
  return tracks.some(({ hasCover }) => hasCover) ? { coverArt: id } : {};
}

function suffixOf(path: string): string {
  return extname(path).slice(1).toLowerCase();
}

function defined<T extends object>(values: T): Partial<T> {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<T>;
}
