/** Artists and albums, which the library knows from its tracks' tags only. */
import { createHash } from 'node:crypto';
import type { Collection } from '@consonance/engine';
import { normalise, type Track } from '@consonance/library';

export interface Artist {
  id: string;
  name: string;
  albumIds: Set<string>;
  tracks: Track[];
}

export interface Album {
  id: string;
  name: string;
  /** The album's artist, or the track's where there is none. */
  artist: string | undefined;
  tracks: Track[];
}

export interface Shelves {
  artists: Map<string, Artist>;
  albums: Map<string, Album>;
}

const kept = new WeakMap<Collection, Shelves>();

/** Made once for each collection; without vanished tracks. */
export function shelvesOf(collection: Collection): Shelves {
  const known = kept.get(collection) ?? makeShelves(collection);
  kept.set(collection, known);
  return known;
}

export const artistId = (name: string): string => `ar-${hashed(name)}`;

/** Undefined for tracks without an album. */
export function albumId({ album, albumArtist, artist = '' }: Track): string | undefined {
  return album && `al-${hashed(`${albumArtist ?? artist}\n${album}`)}`;
}

function makeShelves({ trackOf }: Collection): Shelves {
  const artists = new Map<string, Artist>();
  const albums = new Map<string, Album>();
  for (const track of trackOf.values()) {
    if (track.status === 'vanished') continue;
    const { artist: name, album } = track;
    const ofAlbum = albumId(track);
    if (name !== undefined) {
      const id = artistId(name);
      const artist = getOrAdd(artists, id, { id, name, albumIds: new Set<string>(), tracks: [] });
      artist.tracks.push(track);
      if (ofAlbum !== undefined) artist.albumIds.add(ofAlbum);
    }
    if (ofAlbum !== undefined) {
      const artist = track.albumArtist ?? name;
      getOrAdd(albums, ofAlbum, { id: ofAlbum, name: album!, artist, tracks: [] }).tracks.push(
        track,
      );
    }
  }
  return { artists, albums };
}

function getOrAdd<T>(map: Map<string, T>, id: string, added: T): T {
  const known = map.get(id);
  if (known === undefined) map.set(id, added);
  return known ?? added;
}

/** Those whose name has all the words or their beginnings, by name. */
export function byName<T extends { name: string }>(items: Iterable<T>, query: string): T[] {
  const words = normalise(query).split(' ').filter(Boolean);
  return [...items]
    .map((item) => ({ item, key: normalise(item.name) }))
    .filter(({ key }) => words.every((word) => ` ${key}`.includes(` ${word}`)))
    .sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)))
    .map(({ item }) => item);
}

const hashes = new Map<string, string>();

/** Remembered, since collections are replaced often and names seldom; the case does not matter. */
function hashed(name: string): string {
  const known = hashes.get(name);
  if (known !== undefined) return known;
  const text = name.split('\n').map(normalise).join('\n');
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  hashes.set(name, hash);
  return hash;
}
