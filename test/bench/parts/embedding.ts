/** A whole MP3 to its embedding in the database. */
import path from 'node:path';
import { runAnalysis } from '../analysis-run.ts';
import { copyMp3, demoClips, makeMp3 } from '../make-audio.ts';
import type { BenchmarkPart, Context } from '../part.ts';
import { medianInterval } from '../ratio.ts';
import type { Table } from '../report.ts';

const rounds = 5;
const copies = 40;
const warmUp = 16;

export const embedding: BenchmarkPart = {
  title: 'File to embedding',
  about:
    `${copies} copies of each file analysed into a new library ${rounds} times: read, decoded, mel spectrograms, networks, database. CPU time ` +
    `of all processes a file, after ${warmUp} files of warm-up; files a second with one decoder a core.`,
  measure,
};

async function measure({ folder, log }: Context): Promise<Table[]> {
  const clips = await demoClips();
  const kinds = [
    { name: 'MP3 of 30 s, one window', clips: clips.slice(0, 1) },
    { name: 'MP3 of 4 minutes, three windows', clips: clips.slice(0, 8) },
  ];
  const rows: Table['rows'] = [];
  for (const [i, kind] of kinds.entries()) {
    const file = path.join(folder, `embedded-${i}.mp3`);
    const music = path.join(folder, `embedded-${i}`);
    await makeMp3(kind.clips, file);
    await copyMp3(file, music, copies + warmUp);
    const runs = [];
    for (let round = 0; round < rounds; round++) {
      log(`embedding: ${kind.name}, round ${round + 1}`);
      runs.push(await runAnalysis(music, { folder, warmUp }));
    }
    rows.push({
      file: kind.name,
      cpu: medianInterval(runs.map((run) => (1000 * run.cpuSeconds) / run.files)),
      rate: medianInterval(runs.map((run) => run.files / run.seconds)),
    });
  }
  const columns = [
    { name: 'file', title: 'stereo, 44.1 kHz, 256 kb/s' },
    { name: 'cpu', title: 'CPU time a file', unit: 'ms' },
    { name: 'rate', title: 'files a second' },
  ];
  return [{ title: 'Whole files', columns, rows }];
}
