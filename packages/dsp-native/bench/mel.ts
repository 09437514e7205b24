/**
 * Times 30 s of audio through the mel front end on every instruction set of this machine, and tells how near
 * the fastest comes to what one core can do at most: npm run benchmark -w packages/dsp-native,
 * with `-- --json` as JSON.
 */
import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';

import { buildPeak } from '../scripts/build.mjs';
import { native } from '../src/native.ts';
import { noise } from '../test/signals.ts';

const seconds = 30;
const runs = 41;
const frontEnds = [
  { sampleRate: 12000, fftSize: 512, hopLength: 256, melBands: 96 },
  { sampleRate: 22050, fftSize: 2048, hopLength: 512, melBands: 128 },
  { sampleRate: 16000, fftSize: 400, hopLength: 160, melBands: 80 },
];

function medianMilliseconds(work: () => void): number {
  const times = Array.from({ length: runs }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return times.sort((a, b) => a - b)[Math.floor(runs / 2)]!;
}

/** In 10^9 a second: floating-point operations as fused multiply-adds, and bytes read from memory. */
const program = await buildPeak({ log: console.error });
const peak = JSON.parse(execFileSync(program, { encoding: 'utf8' })) as Record<
  'float32' | 'float64' | 'bytes',
  number
>;

/** Of a frame: window, real transform (2.5 n log2 n, as FFT benchmarks count), power, two bands for every bin. */
const operationsOf = (fftSize: number): number =>
  fftSize + 2.5 * fftSize * Math.log2(fftSize) + 7 * (fftSize / 2 + 1);

const rows = frontEnds.flatMap((frontEnd) =>
  (['float64', 'float32'] as const).map((precision) => {
    const signal = noise(seconds * frontEnd.sampleRate, 1);
    const times = native.instructionSets().map((isa) => {
      const extractor = new native.MelExtractor({ ...frontEnd, precision }, isa);
      const output = new Float32Array(frontEnd.melBands * extractor.frames(signal));
      const milliseconds = medianMilliseconds(() => extractor.compute(signal, output));
      return { isa, milliseconds, output };
    });
    const [{ milliseconds, output }] = times as [(typeof times)[number]];
    const frames = output.length / frontEnd.melBands;
    const operations = frames * operationsOf(frontEnd.fftSize);
    return {
      ...frontEnd,
      precision,
      milliseconds,
      times,
      operations: operations / (milliseconds * 1e6 * peak[precision]),
      bytes: (signal.byteLength + output.byteLength) / (milliseconds * 1e6 * peak.bytes),
    };
  }),
);

if (process.argv.includes('--json')) {
  console.log(JSON.stringify({ peak, rows: rows.map(({ times: _, ...row }) => row) }));
} else {
  const percent = (part: number): string => `${(100 * part).toFixed(0)} %`;
  console.log(`${cpus()[0]?.model}, ${availableParallelism()} cores, Node ${process.version}`);
  console.log(
    `Peak of one core: ${peak.float32} (float32) and ${peak.float64} (float64) x 10^9 operations, ${peak.bytes} x 10^9 bytes a second`,
  );
  console.log(`Median of ${runs} runs over ${seconds} s of noise, one thread, in ms:`);
  console.table(
    rows.map(({ times, milliseconds: _, operations, bytes, ...settings }) => ({
      ...settings,
      ...Object.fromEntries(times.map((of) => [of.isa, Number(of.milliseconds.toFixed(2))])),
      operations: percent(operations),
      memory: percent(bytes),
    })),
  );
  console.log('operations, memory: of the peak, by the fastest instruction set');
}
