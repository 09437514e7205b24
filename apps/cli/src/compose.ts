/** The wiring of the command line. */
import { stat } from 'node:fs/promises';
import { type AnalysisResult, type Consonance, openConsonance } from '@consonance/engine';
import type { LibraryLocation } from '@consonance/library';
import { databaseUrl } from './data-directory.ts';
import { createProgressDisplay } from './progress.ts';

/** Opens the library, runs `work`, closes everything. */
export const withConsonance = <T>(
  dataDirectory: string,
  work: (consonance: Consonance) => Promise<T>,
): Promise<T> => withConsonanceAt({ dataDirectory, databaseUrl: databaseUrl() }, work);

export async function withConsonanceAt<T>(
  location: LibraryLocation,
  work: (consonance: Consonance) => Promise<T>,
): Promise<T> {
  const consonance = await openConsonance(location);
  try {
    return await work(consonance);
  } finally {
    await consonance.close();
  }
}

/**
 * Scans and analyses, and remembers the folders for later scans; shows progress on standard error,
 * stops in good order on Ctrl-C.
 */
export async function analyze(
  consonance: Consonance,
  paths: readonly string[],
  { retryFailures = false }: { retryFailures?: boolean } = {},
): Promise<AnalysisResult> {
  const display = createProgressDisplay();
  const { signal, release } = abortOnSignals();
  try {
    for (const path of paths) {
      const isFolder = (await stat(path).catch(() => undefined))?.isDirectory();
      if (isFolder) await consonance.library.addFolder(path);
    }
    return await consonance.analyze(paths, {
      retryFailures,
      signal,
      onProgress: (progress) => display.update(progress),
    });
  } finally {
    display.stop();
    release();
  }
}

/** The first Ctrl-C finishes what is in flight; the second ends the process at once. */
function abortOnSignals(): { signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(130);
    console.error('\nStopping after the files in flight; press Ctrl-C again to stop at once.');
    controller.abort();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return {
    signal: controller.signal,
    release: () => void process.off('SIGINT', stop).off('SIGTERM', stop),
  };
}
