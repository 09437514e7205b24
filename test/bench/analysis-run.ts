/** The real analysis, timed while all its processes are at work. */
import { constants } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import path from 'node:path';
import { openConsonance } from '@consonance/engine';
import { treeCpuSeconds } from './process-tree.ts';

export interface AnalysisRun {
  /** Files that were timed. */
  files: number;
  seconds: number;
  /** Of all processes. */
  cpuSeconds: number;
}

export interface AnalysisSettings {
  /** Where the library lies meanwhile; removed at the end. */
  folder: string;
  /** Data directory of the library to begin with; absent: an empty one. */
  library?: string;
  /** Decoders; absent: as many as the product takes. */
  workers?: number;
  /** Decoders and networks start with the first files: the clock starts when so many are done. */
  warmUp: number;
}

/** Analyses all files of a folder. */
export async function runAnalysis(
  music: string,
  { folder, library, workers, warmUp }: AnalysisSettings,
): Promise<AnalysisRun> {
  const dataDirectory = path.join(folder, 'analysis');
  if (library !== undefined)
    await cp(library, dataDirectory, { recursive: true, mode: constants.COPYFILE_FICLONE });
  const consonance = await openConsonance({ dataDirectory });
  const marks: { done: number; seconds: number; cpuSeconds: number }[] = [];
  const mark = (done: number) =>
    marks.push({
      done,
      seconds: performance.now() / 1000,
      cpuSeconds: treeCpuSeconds(process.pid),
    });
  const result = await consonance.analyze([music], {
    ...(workers !== undefined && { workers }),
    onProgress({ done, total }) {
      if ((done >= warmUp && marks.length === 0) || (done === total && marks.length === 1))
        mark(done);
    },
  });
  const [failure] = await consonance.library.failures();
  await consonance.close();
  await rm(dataDirectory, { recursive: true });
  if (failure)
    throw new Error(
      `Expected all files of ${music} to be analysed but ${result.failed} failed: ${failure.message}`,
    );
  const [first, last] = marks;
  if (!first || !last) throw new Error(`Expected more than ${warmUp} files in ${music}`);
  return {
    files: last.done - first.done,
    seconds: last.seconds - first.seconds,
    cpuSeconds: last.cpuSeconds - first.cpuSeconds,
  };
}
