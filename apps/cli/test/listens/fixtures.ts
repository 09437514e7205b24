import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';

/** A folder with the given files, gone after the test. */
export async function folderWith(
  context: TestContext,
  files: Record<string, string | Buffer>,
): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'consonance-listens-'));
  context.after(() => rm(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    await writeFile(path.join(folder, name), content);
  }
  return folder;
}
