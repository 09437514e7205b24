import { existsSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import { audioExtensions } from '@consonance/audio';
import type { Track } from '@consonance/library';
import type { App, Music } from './compose.ts';
import { UsageError } from './errors.ts';

/** 'Artist - Title'. */
export const songName = ({ artist, title }: Pick<Track, 'artist' | 'title'>): string =>
  artist ? `${artist} - ${title}` : title;

/**
 * Finds the songs that the words on the command line mean: each an id, a path, or search words.
 * Files that the library does not know are analysed and added on the way.
 *
 * @throws UsageError naming the word that means nothing
 */
export async function resolveSongs(app: App, words: readonly string[]): Promise<Track[]> {
  const files = words.filter(isAudioFile);
  const unknown: string[] = [];
  for (const file of files) {
    if ((await app.library.find(file))?.status !== 'analysed') unknown.push(file);
  }
  if (unknown.length > 0) await app.analyze(unknown);
  const songs: Track[] = [];
  for (const word of words) songs.push(await resolveSong(app, word));
  return songs;
}

const isAudioFile = (word: string): boolean =>
  audioExtensions.has(extname(word).toLowerCase()) && existsSync(word) && statSync(word).isFile();

async function resolveSong({ library }: App, word: string): Promise<Track> {
  const exact = await library.find(word);
  if (exact?.status === 'failed') {
    const failure = (await library.failures()).find(({ trackId }) => trackId === exact.id);
    throw new UsageError(
      `"${word}" could not be analysed: ${failure?.message ?? 'unknown reason'}`,
    );
  }
  if (exact) return exact;
  const { tracks } = await library.tracks({ search: word, status: 'analysed', limit: 1 });
  if (tracks[0]) return tracks[0];
  throw new UsageError(
    `Expected the id, path or search words of a song but nothing in the library matches "${word}". ` +
      '"consonance library list" shows what is there.',
  );
}

/** @throws UsageError when there is nothing to choose from, as before an analysis by a new model */
export async function analysedMusic(app: App): Promise<Music> {
  const music = await app.music();
  if (music.catalogue.size > 0) return music;
  throw new UsageError(
    `Expected songs analysed by model ${app.modelId} but the library has none. ` +
      '"consonance analyze <folder>" adds some.',
  );
}
