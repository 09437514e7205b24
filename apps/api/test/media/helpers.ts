import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Consonance, openConsonance } from '@consonance/engine';

const fixtures = fileURLToPath(
  new URL('../../../../packages/audio/test/fixtures', import.meta.url),
);

const cleanUps: (() => unknown)[] = [];
after(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
});

/** When the test file is done, the last first; inside a hook, `after` would mean the hook's end. */
export const atEnd = (cleanUp: () => unknown) => void cleanUps.push(cleanUp);

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'consonance-api-'));
  atEnd(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export interface TestLibrary {
  consonance: Consonance;
  dataDirectory: string;
  /** The music folder. */
  folder: string;
  /** Id of the track by its file's name. */
  idOf(name: string): string;
}

/** A library of its own with fixtures of packages/audio, found but not analysed; for the test file. */
export async function scannedLibrary(names: readonly string[]): Promise<TestLibrary> {
  const home = await temporaryFolder();
  const [dataDirectory, folder] = [join(home, 'data'), join(home, '.music & more', 'a b%20c')];
  await mkdir(folder, { recursive: true });
  for (const name of names) await cp(join(fixtures, name), join(folder, name));
  const consonance = await openConsonance({ dataDirectory });
  atEnd(() => consonance.close());
  await consonance.library.scan([folder]);
  const { trackOf } = await consonance.music();
  const ids = new Map([...trackOf.values()].map(({ id, path }) => [basename(path), id]));
  return { consonance, dataDirectory, folder, idOf: (name) => ids.get(name)! };
}
