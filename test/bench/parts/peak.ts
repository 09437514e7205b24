/** How near the mel spectrogram comes to what one core can do. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { root } from '../../run.ts';
import type { BenchmarkPart, Context } from '../part.ts';
import type { Table } from '../report.ts';

export const peak: BenchmarkPart = {
  title: 'Mel spectrograms against the machine',
  about:
    'Mel spectrograms of 30 s of noise with memory warm and the output used again, one thread, median of 41, and the share of the peak rates of one core that ' +
    'they reach: operations of window, real transform (2.5 n log2 n), power and two bands a bin; bytes of signal and spectrogram, each once. ' +
    'Peaks: fused multiply-adds in registers, and reading memory. `npm run benchmark -w packages/dsp-native` has all instruction sets. ' +
    'Where the rest goes: the peak is nothing but multiply-adds, two operations each, while of the instructions that are executed (AVX2, counted by ' +
    '`npm run instructions -w packages/dsp-native`) most move data or do one operation: a transform has few multiplications, and reads and ' +
    'writes all values in each of its passes.',
  measure,
};

const folder = path.join(root, 'packages', 'dsp-native', 'bench');

/** What the benchmark of the package prints. */
interface Rates {
  /** 10^9 a second. */
  peak: Record<'float32' | 'float64' | 'bytes', number>;
  rows: {
    sampleRate: number;
    fftSize: number;
    hopLength: number;
    melBands: number;
    precision: string;
    milliseconds: number;
    /** Shares of the peak. */
    operations: number;
    bytes: number;
  }[];
}

async function measure({ log }: Context): Promise<Table[]> {
  log('peak');
  const { stdout } = await promisify(execFile)(process.execPath, [
    path.join(folder, 'mel.ts'),
    '--json',
  ]);
  const { peak: rates, rows } = JSON.parse(stdout) as Rates;
  const { kinds } = JSON.parse(await readFile(path.join(folder, 'instructions.json'), 'utf8')) as {
    /** By "instruction set, precision, front end": percent by kind of instruction. */
    kinds: Record<string, Record<string, number>>;
  };
  return [
    {
      title: 'Peak of one core',
      columns: [
        { name: 'what', title: 'what' },
        { name: 'rate', title: '10^9 a second' },
      ],
      rows: [
        { what: 'operations, float32', rate: rates.float32 },
        { what: 'operations, float64', rate: rates.float64 },
        { what: 'bytes read', rate: rates.bytes },
      ],
    },
    {
      title: 'Reached',
      columns: [
        { name: 'frontEnd', title: 'sample rate, FFT, hop, bands, precision' },
        { name: 'time', title: 'time', unit: 'ms' },
        { name: 'operations', title: 'operations', unit: '%' },
        { name: 'bytes', title: 'bytes', unit: '%' },
      ],
      rows: rows.map(({ sampleRate, fftSize, hopLength, melBands, precision, ...of }) => ({
        frontEnd: [sampleRate, fftSize, hopLength, melBands, precision].join(', '),
        time: of.milliseconds,
        operations: 100 * of.operations,
        bytes: 100 * of.bytes,
      })),
    },
    {
      title: 'Instructions executed',
      columns: [
        { name: 'code', title: 'code, precision, sample rate, FFT, hop, bands' },
        ...Object.keys(Object.values(kinds)[0]!).map((name) => ({ name, title: name, unit: '%' })),
      ],
      rows: Object.entries(kinds).map(([name, shares]) => ({
        code: name.replaceAll(' ', ', '),
        ...shares,
      })),
    },
  ];
}
