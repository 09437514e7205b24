/** Large libraries for several parts: made once for each model, and kept. */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { defaultEmbedder, describeEmbedder } from '@consonance/models';
import { makeLargeLibrary } from './large-library.ts';
import { root } from '../run.ts';

/** @returns its data directory, see `makeLargeLibrary`; 1,000,000 songs take ten minutes and 4 GB */
export async function libraryOf(songs: number, log: (text: string) => void): Promise<string> {
  const { modelId } = await describeEmbedder(defaultEmbedder);
  const parent = path.join(root, '.cache', 'bench', 'libraries', modelId);
  const directory = path.join(parent, String(songs));
  if (existsSync(directory)) return directory;
  log(`making a library of ${songs} songs`);
  const unfinished = `${directory}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(parent, { recursive: true });
  await makeLargeLibrary(unfinished, songs);
  await rename(unfinished, directory);
  return directory;
}
