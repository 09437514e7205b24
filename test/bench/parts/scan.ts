/** Finding files and what changed about them, by their number. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { openConsonance } from '@consonance/engine';
import { growthTable, type Point } from '../growth.ts';
import type { BenchmarkPart, Context } from '../part.ts';
import type { Table } from '../report.ts';

const sizes = [1000, 10_000, 100_000, 1_000_000];
/** The largest takes minutes. */
const runsOf = (songs: number): number => (songs < 1_000_000 ? 3 : 1);

export const scan: BenchmarkPart = {
  title: 'Scan',
  about:
    'Generated files of a few bytes, twelve a folder: scanned into an empty library, then once more with nothing new. CPU time, ' +
    'medians of three runs, of a million files one run; the exponent is the slope of its logarithm over that of the number of files, with Student’s 95 % interval.',
  measure,
};

async function measure({ folder, log }: Context): Promise<Table[]> {
  const times = { 'new files': [] as Point[], 'nothing new': [] as Point[] };
  for (const songs of sizes) {
    const music = path.join(folder, 'scanned');
    makeFiles(music, songs);
    for (let run = 0; run < runsOf(songs); run++) {
      log(`scan: ${songs} files`);
      const dataDirectory = path.join(folder, 'scan');
      const consonance = await openConsonance({ dataDirectory });
      for (const points of Object.values(times)) {
        const before = process.cpuUsage();
        const { found } = await consonance.library.scan([music]);
        const { user, system } = process.cpuUsage(before);
        if (found !== songs) throw new Error(`Expected ${songs} files but the scan found ${found}`);
        points.push([songs, (user + system) / 1e6]);
      }
      await consonance.close();
      await rm(dataDirectory, { recursive: true });
    }
    await rm(music, { recursive: true });
  }
  return [growthTable('CPU time', times, 's')];
}

/** Without the thread pool, through which a million take minutes. */
function makeFiles(folder: string, count: number): void {
  for (let i = 0; i < count; i++) {
    const album = path.join(folder, `${Math.floor(i / 12)}`);
    if (i % 12 === 0) mkdirSync(album, { recursive: true });
    writeFileSync(path.join(album, `${i}.mp3`), `song ${i}`);
  }
}
