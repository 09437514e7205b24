/** Files a second against the number of decoders. */
import path from 'node:path';
import { seededRandom, shuffled } from '@consonance/statistics';
import { type AnalysisRun, runAnalysis } from '../analysis-run.ts';
import { copyMp3, demoClips, makeMp3 } from '../make-audio.ts';
import type { BenchmarkPart, Context } from '../part.ts';
import { medianInterval, ratioInterval } from '../ratio.ts';
import type { Table } from '../report.ts';

const rounds = 3;
const files = 48;
const warmUp = 8;

export const workers: BenchmarkPart = {
  title: 'Throughput and decoders',
  about:
    `${files} MP3s of 4 minutes (stereo, 44.1 kHz, 256 kb/s, three windows each) analysed into a new library ${rounds} times ` +
    `in turns, decoders started and ${warmUp} files done before the clock starts. Networks and database have processes of ` +
    'their own and work beside the decoders.',
  measure,
};

async function measure({ folder, log }: Context): Promise<Table[]> {
  const music = path.join(folder, 'four-minutes');
  const file = path.join(folder, 'four-minutes.mp3');
  await makeMp3((await demoClips()).slice(0, 8), file);
  await copyMp3(file, music, files);
  const runs = new Map<number, AnalysisRun[]>([1, 2, 4].map((count) => [count, []]));
  const random = seededRandom(1);
  for (let round = 0; round < rounds; round++) {
    for (const [count, own] of shuffled([...runs], random)) {
      log(`workers: round ${round + 1}, ${count}`);
      own.push(await runAnalysis(music, { folder, workers: count, warmUp }));
    }
  }
  const rates = (count: number) => runs.get(count)!.map((run) => run.files / run.seconds);
  const columns = [
    { name: 'decoders', title: 'decoders' },
    { name: 'rate', title: 'files a second' },
    { name: 'speedup', title: 'times one decoder' },
    { name: 'cpu', title: 'CPU time a file', unit: 'ms' },
  ];
  const rows = [...runs].map(([count, own]) => ({
    decoders: count,
    rate: medianInterval(rates(count)),
    speedup: ratioInterval(rates(count), rates(1)),
    cpu: medianInterval(own.map((run) => (1000 * run.cpuSeconds) / run.files)),
  }));
  return [{ title: 'Files of 4 minutes', columns, rows }];
}
