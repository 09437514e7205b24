import { readFileSync } from 'node:fs';

interface Block {
  offset: number;
  shape: number[];
}

export interface GoldenCase extends Block {
  function: string;
  signal: string;
  samples: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- JSON, checked by the code under test
  options: any;
  call: string;
}

interface GoldenIndex {
  signals: Record<string, Block>;
  cases: GoldenCase[];
}

const folder = new URL('golden/', import.meta.url);
const index: GoldenIndex = JSON.parse(readFileSync(new URL('golden.json', folder), 'utf8'));
const bytes = readFileSync(new URL('golden.bin', folder));

export function goldenValues({ offset, shape }: Block): Float32Array {
  const size = shape.reduce((product, side) => product * side, 1);
  const start = bytes.byteOffset + 4 * offset;
  return new Float32Array(bytes.buffer.slice(start, start + 4 * size));
}

export const goldenSignal = (golden: GoldenCase): Float32Array =>
  goldenValues(index.signals[golden.signal]!).subarray(0, golden.samples);

export const goldenCases = (name: string): GoldenCase[] =>
  index.cases.filter((golden) => golden.function === name);

/**
 * The largest difference in dB over all cells where the expected power lies less than 80 dB below
 * its maximum. Cells that are lower only have to be that low here, too (within 1 dB).
 */
export function worstDecibels(actual: Float32Array, expected: Float32Array, power: 1 | 2): number {
  const decibels = (x: number) => (20 / power) * Math.log10(Math.abs(x) + 1e-30);
  const top = decibels(expected.reduce((max, x) => Math.max(max, Math.abs(x)), 0));
  let worst = 0;
  for (let i = 0; i < expected.length; ++i) {
    const wanted = decibels(expected[i]!);
    const got = decibels(actual[i]!);
    if (wanted > top - 80) worst = Math.max(worst, Math.abs(got - wanted));
    else if (!(got < top - 79)) return Infinity;
  }
  return worst;
}
