import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { audioExtensions, AudioError, readTags, type TrackTags } from '@consonance/audio';
import { forEachConcurrently } from '../concurrency.ts';
import type { Clip } from '../dataset.ts';
import { spelledLabel } from '../labels.ts';
import { emptySource, type Source } from './source.ts';

/**
 * One folder per genre, each with audio files at any depth. Artist and album come from the tags or,
 * where these are silent, from folders genre/artist/album. Hidden files are left out.
 */
export async function readFolder(root: string, labels: readonly string[]): Promise<Source> {
  const source = emptySource();
  const labelOf = spelledLabel(labels);
  const files: { file: string; label: string; folder: string }[] = [];
  for (const name of (await readdir(root)).sort()) {
    const folder = path.join(root, name);
    if (name.startsWith('.') || !(await stat(folder)).isDirectory()) continue;
    const label = labelOf(name);
    if (label === undefined) {
      source.skipped.push({ path: folder, reason: 'no label has this name' });
      continue;
    }
    for (const file of await audioFiles(folder)) files.push({ file, label, folder });
  }
  const clips: (Clip | undefined)[] = files.map(() => undefined);
  await forEachConcurrently(files.entries(), 8, async ([i, { file, label, folder }]) => {
    try {
      const tags = await tagsOf(file);
      const [artistFolder, albumFolder] = path.dirname(path.relative(folder, file)).split(path.sep);
      const artist = tags.artist ?? tags.albumArtist ?? artistFolder!.replace(/^\.$/, '');
      const album = tags.album ?? albumFolder;
      clips[i] = {
        path: file,
        label,
        artist,
        work: '',
        corpus: '',
        recorded: true,
        ...(album !== undefined && { album }),
      };
    } catch (error) {
      source.skipped.push({ path: file, reason: (error as Error).message });
    }
  });
  source.clips = clips.filter((clip) => clip !== undefined);
  return source;
}

async function audioFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true });
  return entries
    .filter((name) => audioExtensions.has(path.extname(name).toLowerCase()))
    .filter((name) => !name.split(path.sep).some((part) => part.startsWith('.')))
    .sort()
    .map((name) => path.join(folder, name));
}

/** A file whose tags are damaged may still be decoded. */
async function tagsOf(file: string): Promise<TrackTags> {
  return readTags(file).catch((error: unknown): TrackTags => {
    if (error instanceof AudioError && error.code === 'CORRUPT') return { genres: [] };
    throw error;
  });
}
