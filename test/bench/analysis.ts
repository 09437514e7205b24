/**
 * `npm run benchmark`: what the analysis of a file costs, with the real command on the demo library.
 * CPU time a file is the slope between a small and a large library, so that starting costs nothing.
 */
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { root } from '../run.ts';
import { copyMp3, demoClips, makeMp3 } from './make-audio.ts';
import { measure, type Usage } from './process-tree.ts';

const folder = await mkdtemp(path.join(os.tmpdir(), 'consonance-benchmark-'));
const main = path.join(root, 'apps', 'cli', 'src', 'main.ts');
let libraries = 0;
const analyze = (music: string): Promise<Usage> =>
  measure([
    process.execPath,
    main,
    'analyze',
    music,
    '--data-dir',
    path.join(folder, `data${libraries++}`),
  ]);

/** CPU milliseconds a file. */
async function costPerFile(
  name: string,
  few: number,
  many: number,
  make: (music: string, count: number) => Promise<void>,
) {
  const usages = [];
  for (const count of [few, many]) {
    const music = path.join(folder, `${name}-${count}`);
    await make(music, count);
    usages.push(await analyze(music));
  }
  const [small, large] = usages as [Usage, Usage];
  return {
    cpuMilliseconds: (1000 * (large.cpuSeconds - small.cpuSeconds)) / (many - few),
    filesPerSecond: (many - few) / (large.wallSeconds - small.wallSeconds),
    peakBytes: large.peakBytes,
  };
}

try {
  const clips = await demoClips();
  console.error('Making 4-minute and 2-hour MP3s from the demo library ...');
  const long = path.join(folder, 'long');
  await mkdir(long);
  const part = path.join(folder, 'part.mp3');
  await makeMp3(clips.slice(0, 8), part);
  const bytes = await readFile(part);
  await writeFile(path.join(long, 'two-hours.mp3'), Buffer.concat(Array<Buffer>(30).fill(bytes)));

  const clip = path.join(folder, 'clip.mp3');
  await makeMp3([clips[0]!], clip);
  const results = {
    'Ogg clip, 30 s, mono 22.05 kHz': await costPerFile('ogg', 7, 77, async (music, count) => {
      await mkdir(music);
      for (const file of clips.slice(0, count))
        await copyFile(file, path.join(music, path.basename(file)));
    }),
    'MP3 clip, 30 s, stereo 44.1 kHz, 256 kb/s': await costPerFile('mp3', 10, 130, (music, count) =>
      copyMp3(clip, music, count),
    ),
    'MP3, 4 min, stereo 44.1 kHz, 256 kb/s': await costPerFile('long', 4, 44, (music, count) =>
      copyMp3(part, music, count),
    ),
  };
  const mix = await analyze(long);
  const report = {
    date: new Date().toISOString(),
    machine: `${os.cpus().length} x ${os.cpus()[0]?.model}`,
    node: process.version,
    results,
    twoHourMp3: {
      wallSeconds: mix.wallSeconds,
      cpuSeconds: mix.cpuSeconds,
      peakBytes: mix.peakBytes,
    },
  };
  if (process.argv.includes('--json')) console.log(JSON.stringify(report, null, 2));
  else {
    console.log(
      `${report.machine}, Node ${report.node}, ${report.date.slice(0, 10)}; whole process tree, embedding and database included`,
    );
    for (const [name, { cpuMilliseconds, filesPerSecond }] of Object.entries(results)) {
      console.log(
        `${name.padEnd(44)} ${cpuMilliseconds.toFixed(0).padStart(5)} ms of CPU a file, ${filesPerSecond.toFixed(1)} files/s`,
      );
    }
    console.log(
      `${'MP3, 2 hours: peak memory'.padEnd(44)} ${(mix.peakBytes / 2 ** 20).toFixed(0).padStart(5)} MiB (start-up included ${mix.wallSeconds.toFixed(1)} s)`,
    );
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
