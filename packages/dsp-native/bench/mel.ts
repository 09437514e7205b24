/**
 * Times 30 s of audio through the mel front end on every instruction set of this machine:
 * npm run benchmark -w packages/dsp-native
 */
import { availableParallelism, cpus } from 'node:os';

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

console.log(`${cpus()[0]?.model}, ${availableParallelism()} cores, Node ${process.version}`);
console.log(`Median of ${runs} runs over ${seconds} s of noise, one thread, in ms:`);

const table = frontEnds.flatMap((frontEnd) =>
  (['float64', 'float32'] as const).map((precision) => {
    const signal = noise(seconds * frontEnd.sampleRate, 1);
    const times = native.instructionSets().map((isa) => {
      const extractor = new native.MelExtractor({ ...frontEnd, precision }, isa);
      const output = new Float32Array(frontEnd.melBands * extractor.frames(signal));
      const work = () => extractor.compute(signal, output);
      return [isa, Number(medianMilliseconds(work).toFixed(2))] as const;
    });
    return { ...frontEnd, precision, ...Object.fromEntries(times) };
  }),
);
console.table(table);
