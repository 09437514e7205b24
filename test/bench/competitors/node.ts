/** Consonance and the peers on npm, one thread. A process of its own, so that no library disturbs another. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { analyzeFile } from '@consonance/audio';
import { MelExtractor } from '@consonance/dsp-native';
import { rowSearch } from '@consonance/recommender';
import { median } from '../ratio.ts';
import type { FrontEnd, Request, SearchSettings, Versions } from './protocol.ts';

/** power, bands x frames */
type Run = (signal: Float32Array) => Float32Array;

const require = createRequire(import.meta.url);

const ours =
  (precision: 'float32' | 'float64') =>
  (frontEnd: FrontEnd): Run => {
    const extractor = new MelExtractor({ ...frontEnd, precision });
    return (signal) => extractor.compute(signal).data;
  };

/** Frames of the signal with half a frame of zeros before and after it, as librosa places them. */
function eachFrame(
  signal: Float32Array,
  { fftSize, hopLength }: FrontEnd,
  visit: (frame: Float32Array) => ArrayLike<number>,
): ArrayLike<number>[] {
  const padded = new Float32Array(signal.length + fftSize);
  padded.set(signal, fftSize / 2);
  const frames = 1 + Math.floor(signal.length / hopLength);
  return Array.from({ length: frames }, (_, i) =>
    visit(padded.subarray(i * hopLength, i * hopLength + fftSize)),
  );
}

function transposed(frames: readonly ArrayLike<number>[]): Float32Array {
  const bands = frames[0]!.length;
  const out = new Float32Array(bands * frames.length);
  frames.forEach((frame, t) => {
    for (let band = 0; band < bands; band++) out[band * frames.length + t] = frame[band]!;
  });
  return out;
}

function meyda(frontEnd: FrontEnd): Run {
  if (!Number.isInteger(Math.log2(frontEnd.fftSize)))
    throw new Error('fftSize must be a power of 2');
  const library = require('meyda') as Record<string, unknown> & {
    extract(feature: string, frame: Float32Array): number[];
  };
  library.bufferSize = frontEnd.fftSize;
  library.sampleRate = frontEnd.sampleRate;
  library.melBands = frontEnd.melBands;
  library.windowingFunction = 'hanning';
  return (signal) =>
    // Meyda's bands are ln(1 + power).
    transposed(
      eachFrame(signal, frontEnd, (frame) => library.extract('melBands', frame).map(Math.expm1)),
    );
}

interface EssentiaVector {
  size(): number;
  get(i: number): number;
  delete(): void;
}

function essentia({ sampleRate, fftSize, hopLength, melBands }: FrontEnd): Run {
  const { Essentia, EssentiaWASM } = require('essentia.js') as {
    EssentiaWASM: unknown;
    Essentia: new (wasm: unknown) => {
      arrayToVector(frame: Float32Array): EssentiaVector;
      vectorToArray(vector: EssentiaVector): Float32Array;
      Windowing(frame: EssentiaVector, ...rest: unknown[]): { frame: EssentiaVector };
      Spectrum(frame: EssentiaVector, size: number): { spectrum: EssentiaVector };
      MelBands(spectrum: EssentiaVector, ...rest: unknown[]): { bands: EssentiaVector };
    };
  };
  const library = new Essentia(EssentiaWASM);
  const frontEnd = { sampleRate, fftSize, hopLength, melBands };
  return (signal) =>
    transposed(
      eachFrame(signal, frontEnd, (samples) => {
        const frame = library.arrayToVector(samples);
        const windowed = library.Windowing(frame, false, fftSize, 'hann', 0, false).frame;
        const { spectrum } = library.Spectrum(windowed, fftSize);
        const { bands } = library.MelBands(
          spectrum,
          sampleRate / 2,
          fftSize / 2 + 1,
          false,
          0,
          'unit_sum',
          melBands,
          sampleRate,
          'power',
          'slaneyMel',
          'linear',
        );
        const result = library.vectorToArray(bands);
        for (const vector of [frame, windowed, spectrum, bands]) vector.delete();
        return result;
      }),
    );
}

/** The shipped front end but for what is given, and one window of the whole clip: decibels, bands x frames. */
const file =
  ({ sampleRate, fftSize, hopLength, melBands }: FrontEnd) =>
  async (input: string): Promise<Float32Array> => {
    const { windows } = await analyzeFile(input, {
      sampleRate,
      fftSize,
      hopLength,
      melBands,
      fMin: 0,
      fMax: sampleRate / 2,
      melScale: 'slaney',
      melNorm: 'slaney',
      power: 2,
      compression: 'decibel',
      windowSeconds: 30,
      windowsPerTrack: 1,
    });
    return windows[0]!.mel;
  };

function search({
  matrix,
  columns,
  songs: size,
  best,
}: SearchSettings): (query: Float32Array) => Float32Array {
  const vectors = floats(matrix);
  const find = rowSearch({ vectors, size, columns });
  return (query) =>
    Float32Array.from(
      find(query, best, () => true),
      ({ row }) => row,
    );
}

type Make<Settings> = (
  settings: Settings,
) => (input: never) => Float32Array | Promise<Float32Array>;
type Peers<Settings> = Record<string, { make: Make<Settings>; version: string }>;

const own = versionOf('@consonance/cli');
const tasks: { mel: Peers<FrontEnd>; file: Peers<FrontEnd>; search: Peers<SearchSettings> } = {
  mel: {
    'Consonance, float32': { make: ours('float32'), version: own },
    'Consonance, float64': { make: ours('float64'), version: own },
    Meyda: { make: meyda, version: versionOf('meyda') },
    'essentia.js': { make: essentia, version: versionOf('essentia.js') },
  },
  file: { 'Consonance, file to mel': { make: file, version: own } },
  search: { Consonance: { make: search, version: own } },
};

/** Empty where it is not installed. */
function versionOf(name: string): string {
  const folder = name.startsWith('@consonance/')
    ? `../../../apps/${name.slice('@consonance/'.length)}`
    : `../node_modules/${name}`;
  const manifest = new URL(`${folder}/package.json`, import.meta.url);
  if (!existsSync(manifest)) return '';
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}

function floats(file: string): Float32Array {
  return new Float32Array(new Uint8Array(readFileSync(file)).buffer);
}

const ready = new Map<string, (input: unknown) => Float32Array | Promise<Float32Array>>();
const signals = new Map<string, Float32Array>();

function cached<T>(map: Map<string, T>, key: string, make: () => T): T {
  if (!map.has(key)) map.set(key, make());
  return map.get(key)!;
}

async function answer({ task, peer, settings, input, out, seconds = 0 }: Request): Promise<object> {
  const make = (tasks[task] as Peers<Request['settings']>)[peer]!.make;
  const run = cached(ready, JSON.stringify([task, peer, settings]), () => make(settings) as never);
  const value = task === 'file' ? input : cached(signals, input, () => floats(input));
  const times: number[] = [];
  let result: Float32Array;
  const started = cpuMilliseconds();
  do {
    const before = cpuMilliseconds();
    result = await run(value);
    times.push(cpuMilliseconds() - before);
  } while (cpuMilliseconds() - started < 1000 * seconds);
  if (out !== undefined) {
    // Powers are compared; making them of decibels is no part of the task.
    const power = task === 'file' ? result.map((decibels) => 10 ** (decibels / 10)) : result;
    writeFileSync(out, new Uint8Array(power.buffer, power.byteOffset, power.byteLength));
  }
  return { milliseconds: median(times) };
}

function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const versions = Object.fromEntries(
  Object.entries(tasks).map(([task, peers]) => [
    task,
    Object.fromEntries(Object.entries(peers).map(([name, { version }]) => [name, version])),
  ]),
) as Versions;
console.log(JSON.stringify({ versions }));
for await (const line of createInterface({ input: process.stdin })) {
  let reply: object;
  try {
    reply = await answer(JSON.parse(line) as Request);
  } catch (error) {
    reply = { error: error instanceof Error ? error.message : String(error) };
  }
  console.log(JSON.stringify(reply));
}
