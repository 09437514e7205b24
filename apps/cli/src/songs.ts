import { existsSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import { audioExtensions } from '@consonance/audio';
import type { Consonance } from '@consonance/engine';
import type { Track } from '@consonance/library';
import { analyze } from './compose.ts';
import { UsageError } from './errors.ts';

/**
 * Finds the songs that the words on the command line mean: each an id, a path, or search words.
 * Files that the library does not know are analysed and added on the way.
 *
 * @throws UsageError naming the word that means nothing
 */
export async function resolveSongs(
  consonance: Consonance,
  words: readonly string[],
): Promise<Track[]> {
  const files = words.filter(isAudioFile);
  const unknown: string[] = [];
  for (const file of files) {
    if ((await consonance.library.find(file))?.status !== 'analysed') unknown.push(file);
  }
  if (unknown.length > 0) await analyze(consonance, unknown);
  const songs: Track[] = [];
  for (const word of words) songs.push(await resolveSong(consonance, word));
  return songs;
}

const isAudioFile = (word: string): boolean =>
  audioExtensions.has(extname(word).toLowerCase()) && existsSync(word) && statSync(word).isFile();

async function resolveSong({ library }: Consonance, word: string): Promise<Track> {
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
