/** Whether a new file costs more where the library is larger. */
import path from 'node:path';
import { runAnalysis } from '../analysis-run.ts';
import { growthTable, type Point } from '../growth.ts';
import { libraryOf } from '../libraries.ts';
import { copyMp3, demoClips, makeMp3 } from '../make-audio.ts';
import type { BenchmarkPart, Context } from '../part.ts';
import type { Table } from '../report.ts';

const files = 96;
const warmUp = 16;

export const analysis: BenchmarkPart = {
  title: 'Analysis into a large library',
  about:
    `${files} new MP3 clips of 30 s analysed into generated libraries of so many songs, after ${warmUp} clips of warm-up (twice, once into the largest): CPU time of all ` +
    'processes a file. An exponent of 0 is a file that costs the same in any library, and an analysis in proportion to the number of files.',
  measure,
};

async function measure({ folder, log }: Context): Promise<Table[]> {
  const clip = path.join(folder, 'clip.mp3');
  await makeMp3((await demoClips()).slice(0, 1), clip);
  const music = path.join(folder, 'analysed');
  await copyMp3(clip, music, files + warmUp);
  const points: Point[] = [];
  for (const songs of [1000, 10_000, 100_000, 1_000_000]) {
    const library = await libraryOf(songs, log);
    // The largest takes minutes to copy and to open.
    for (let run = 0; run < (songs < 1_000_000 ? 2 : 1); run++) {
      log(`analysis: into a library of ${songs} songs`);
      const timed = await runAnalysis(music, { folder, library, warmUp });
      points.push([songs, (1000 * timed.cpuSeconds) / timed.files]);
    }
  }
  return [growthTable('CPU time of a new clip', { 'a new clip': points }, 'ms')];
}
