import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { ModelError } from '../errors.ts';
import { writeAtomically } from '../tensor-file.ts';
import type { Clip } from './dataset.ts';
import { csvRows } from './sources/rows.ts';

/**
 * The works named in the `work` column of a CSV file.
 *
 * @throws ModelError BAD_DATA where there is no such column
 */
export async function readWorks(file: string): Promise<Set<string>> {
  const works = new Set<string>();
  for await (const { record } of csvRows<{ work?: string }>(file, { columns: true })) {
    if (record.work === undefined) {
      throw new ModelError('BAD_DATA', `Expected a column work in ${file} but there is none.`);
    }
    if (record.work) works.add(record.work);
  }
  return works;
}

/** Writes clips as a manifest that `loadDataset` and `consonance evaluate genres` read. */
export async function writeManifest(file: string, clips: readonly Clip[]): Promise<void> {
  const columns = ['path', 'label', 'artist', 'album', 'work', 'corpus', 'recorded', 'split'];
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const rows = clips.map(({ recorded, album = '', split = '', ...clip }) =>
    [clip.path, clip.label, clip.artist, album, clip.work, clip.corpus]
      .map(quote)
      .concat(recorded ? 'yes' : 'no', split)
      .join(','),
  );
  await mkdir(path.dirname(file), { recursive: true });
  await writeAtomically(file, [columns.join(','), ...rows, ''].join('\n'));
}
