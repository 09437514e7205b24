import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ModelError } from '../errors.ts';
import { writeAtomically } from '../tensor-file.ts';

/**
 * A run folder belongs to one configuration: writes it down, or compares it with what is there.
 *
 * @throws ModelError BAD_OPTION when the file holds another
 */
export async function claimFolder(file: string, config: object): Promise<void> {
  const text = JSON.stringify(config, null, 1);
  const before = await readFile(file, 'utf8').catch(() => undefined);
  if (before === text) return;
  if (before !== undefined) {
    throw new ModelError(
      'BAD_OPTION',
      `Expected the configuration in ${file} but this run's differs; choose another folder.`,
    );
  }
  await mkdir(path.dirname(file), { recursive: true });
  await writeAtomically(file, text);
}
