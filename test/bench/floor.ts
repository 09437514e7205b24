/**
 * `node test/bench/floor.ts`: the CPU time that the parts of an analysis take alone for an MP3 of 4 minutes, and how many files a
 * second that allows: if all cores were busy all the time, and passing data on, collecting garbage and storing cost nothing.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { analyzeFile, decodeMono, melOfWindow } from '@consonance/audio';
import { defaultEmbedder, describeEmbedder, startEmbedder } from '@consonance/models';
import { demoClips, makeMp3 } from './make-audio.ts';
import { treeCpuSeconds } from './process-tree.ts';
import { median } from './ratio.ts';

const rounds = 15;
/** Files that are embedded at once, as in an analysis. */
const batch = 8;

/** Median CPU milliseconds of this process. */
function cost(work: () => void): number {
  const times = Array.from({ length: rounds }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return median(times);
}

const folder = await mkdtemp(path.join(os.tmpdir(), 'consonance-floor-'));
try {
  const file = path.join(folder, 'song.mp3');
  await makeMp3((await demoClips()).slice(0, 8), file);
  const { frontEnd } = await describeEmbedder(defaultEmbedder);
  const { sampleRate, windowSeconds } = frontEnd;
  const { windows } = await analyzeFile(file, frontEnd);
  const decode = () =>
    windows.map(({ startSeconds }) =>
      decodeMono(file, { sampleRate, startSeconds, durationSeconds: windowSeconds }),
    );
  const samples = decode();
  const parts = {
    'decoding and resampling': cost(decode),
    'mel spectrograms': cost(() => samples.forEach((one) => melOfWindow(one, frontEnd))),
    'networks and timbre': 0,
  };
  const embedder = await startEmbedder(defaultEmbedder);
  const tracks = Array.from({ length: batch }, () => windows);
  await embedder.embed(tracks);
  await embedder.embed(tracks);
  const before = treeCpuSeconds(embedder.pid);
  for (let round = 0; round < rounds; round++) await embedder.embed(tracks);
  const seconds = treeCpuSeconds(embedder.pid) - before;
  parts['networks and timbre'] = (1000 * seconds) / (rounds * batch);
  await embedder.close();

  const total = Object.values(parts).reduce((sum, part) => sum + part, 0);
  const cores = os.availableParallelism();
  const show = (name: string, value: number) =>
    console.log(name.padEnd(26), value.toFixed(1).padStart(6));
  console.log(
    `${cores} x ${os.cpus()[0]?.model}, Node ${process.version}; ms of CPU, MP3 of 4 minutes, ${windows.length} windows`,
  );
  for (const [name, part] of Object.entries(parts)) show(name, part);
  show('together', total);
  show('files a second at best', (1000 * cores) / total);
} finally {
  await rm(folder, { recursive: true, force: true });
}
