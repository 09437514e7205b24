/**
 * Calls every entry of the native addons with hostile arguments, from a seed. The calls are named on standard output
 * before they are made, so that the last line tells what brought the process down.
 *
 *   node --expose-gc test/addons/main.ts [--seed 1] [--calls 4000]
 */
import assert from 'node:assert/strict';
import { readFileSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';
import * as dsp from '@consonance/dsp-native';
import { seededRandom } from '@consonance/statistics';

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, calls: { type: 'string', default: '4000' } },
});
const random = seededRandom(Number(values.seed));
const integer = (below: number): number => Math.floor(random() * below);
const pick = <T>(items: readonly T[]): T => items[integer(items.length)]!;

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- these calls are wrong in every way that there is
type Any = any;
const packages = path.resolve(import.meta.dirname, '../../packages');
const load = (file: string): Any => createRequire(import.meta.url)(path.join(packages, file));
const native = load('dsp-native/build/Release/dsp.node');
const convolve = load('convolve-native/build/convolve.node');
const decode = load('decode-native/build/decode.node');
const mp3 = readFileSync(path.join(packages, 'decode-native/core/fuzz/corpus/tone'));

/** Whether the call that is being made is as it should be: then it must not throw. */
let isRight = true;
/** The arrays of the call. */
let arrays: (Float32Array | Uint8Array)[] = [];
/** Bytes on both sides of an array, of this value, which nothing may write to. */
const guard = 64;
const canary = 0xa5;

const owned: ((bytes: number) => ArrayBufferLike)[] = [
  (bytes) => new ArrayBuffer(bytes),
  (bytes) => new ArrayBuffer(bytes, { maxByteLength: 2 * bytes }),
];
const shared: typeof owned = [
  (bytes) => new SharedArrayBuffer(bytes),
  (bytes) => new SharedArrayBuffer(bytes, { maxByteLength: 2 * bytes }),
];
const anywhere = [...owned, ...shared];

function guarded(bytes: number, makeBuffer: (typeof owned)[number]): ArrayBufferLike {
  const buffer = makeBuffer(bytes + 2 * guard);
  new Uint8Array(buffer).fill(canary);
  return buffer;
}

function floats(length: number, buffers = anywhere): Float32Array {
  const array = new Float32Array(guarded(4 * length, pick(buffers)), guard, length);
  for (let i = 0; i < length; i++) array[i] = random() - 0.5;
  arrays.push(array);
  return array;
}

function bytes(content: Uint8Array): Uint8Array {
  const array = new Uint8Array(guarded(content.length, pick(owned)), guard, content.length);
  array.set(content);
  arrays.push(array);
  return array;
}

/** The one that an array lies in, whatever it says. */
const bufferOf = (array: ArrayBufferView): ArrayBufferLike =>
  Reflect.get(Object.getPrototypeOf(Float32Array.prototype) as object, 'buffer', array);

/** What a hostile caller does to the arrays of a call while its arguments are read. */
function disturb(): void {
  for (const buffer of arrays.map(bufferOf)) {
    if (buffer instanceof SharedArrayBuffer) {
      if (buffer.growable && random() < 0.5) buffer.grow(buffer.maxByteLength);
    } else if (buffer.detached) {
      continue;
    } else if (buffer.resizable && random() < 0.7) {
      buffer.resize(pick([0, guard, buffer.byteLength, buffer.maxByteLength]));
    } else {
      buffer.transfer(0);
    }
  }
  if (random() < 0.02) globalThis.gc!();
}

class Liar extends Float32Array {
  override get length(): number {
    return pick([0, 1, 1e9]);
  }
}

const hostile: (() => unknown)[] = [
  ...[undefined, null, NaN, Infinity, -Infinity, -1, 0, -0, 0.5, 3, 2 ** 31, 2 ** 32, 2 ** 53].map(
    (value) => () => value,
  ),
  ...[1e308, 5e-324, 1n, '', 'x', 'max', '\ud800', true, Symbol('x')].map((value) => () => value),
  () => ({}),
  () => [],
  () => () => 1,
  () => ({ length: 1e9 }),
  () => new Proxy({}, { get: () => assert.fail('a trap'), ownKeys: () => assert.fail('a trap') }),
  () => new Float64Array(integer(1000)),
  () => new Uint8Array(integer(1000)),
  () => new DataView(new ArrayBuffer(1000)),
  () => floats(integer(3000)),
  () => floats(integer(3000)).fill(pick([NaN, Infinity, 1e38, 1e-45, -0])),
  () => pick(arrays),
  () => new Liar(integer(1000)),
  () => Object.defineProperty(floats(integer(1000)), 'length', { value: 1e9 }),
  () =>
    Object.defineProperty(floats(1000, owned), 'buffer', { value: new SharedArrayBuffer(4000) }),
  () => structuredClone(floats(1000, owned), { transfer: [arrays.at(-1)!.buffer as ArrayBuffer] }),
];

const isOptions = (value: unknown): value is Record<string, unknown> =>
  Object.getPrototypeOf(value ?? 0) === Object.prototype;

/** The same to whoever looks without touching. */
const coercible = (value: unknown) => ({
  [Symbol.toPrimitive]() {
    disturb();
    return value;
  },
});

/** An argument, or a part of one, that is or does something else. */
function spoilt(value: unknown): unknown {
  if (!isOptions(value) || random() < 0.2) {
    return random() < 0.2 ? coercible(value) : pick(hostile)();
  }
  const key = pick([...Object.keys(value), 'unknown']);
  const replaced = random() < 0.5 ? spoilt(value[key]) : value[key];
  let reads = 0;
  return pick([
    () => ({ ...value, [key]: replaced }),
    () =>
      Object.defineProperty({ ...value }, key, {
        enumerable: true,
        get() {
          disturb();
          return reads++ === 0 ? value[key] : replaced;
        },
      }),
    () =>
      new Proxy(value, {
        get(target, name) {
          disturb();
          return name === key && reads++ > 0 ? replaced : target[name as string];
        },
      }),
  ])();
}

interface Front {
  options: Record<string, unknown>;
  signal: Float32Array;
  bins: number;
  frames: number;
}

function front(): Front {
  const fftSize = pick([2, 8, 64, 256, 600]);
  const hopLength = pick([1, 3, 64, 2000].slice(fftSize > 8 ? 1 : 0));
  const center = random() < 0.5;
  const samples = fftSize + integer(random() < 0.1 ? 40_000 : 2000);
  return {
    signal: floats(samples),
    options: {
      fftSize,
      hopLength,
      center,
      windowLength: 1 + integer(fftSize),
      padMode: pick(['constant', 'reflect']),
      precision: pick(['float32', 'float64']),
    },
    bins: fftSize / 2 + 1,
    frames: 1 + Math.floor((samples - (center ? 0 : fftSize)) / hopLength),
  };
}

function melFront() {
  const { options, ...rest } = front();
  const melBands = 1 + integer(20);
  const others = {
    melScale: pick(['slaney', 'htk']),
    melNorm: pick(['slaney', 'none']),
    power: pick([1, 2]),
  };
  return { ...rest, melBands, options: { ...options, sampleRate: 12_000, melBands, ...others } };
}

const threads = () => pick([1, 2, 5, undefined]);
const isa = (): string | undefined => pick([undefined, ...(native.instructionSets() as string[])]);
const call = (size: number, buffers = anywhere) => ({
  threads: threads(),
  output: pick([undefined, floats(size, buffers)]),
});
const decibels = () => ({
  reference: pick([1, 'max']),
  minimum: 1e-10,
  topDecibels: pick([80, null]),
});

const melOf = (options: unknown) => new native.MelExtractor(options);
const anExtractor = melOf({ fftSize: 64, sampleRate: 12_000, melBands: 4 });
const aStft = new native.Stft({ fftSize: 64 });
/** Methods are called on what they are of, and at times on something else. */
const receiver = (own: unknown): unknown =>
  isRight || random() > 0.05
    ? own
    : pick([anExtractor, aStft, {}, undefined, native.Stft.prototype]);
const on = (own: unknown, method: string, ...args: unknown[]): unknown =>
  Reflect.apply((own as Any)[method], receiver(own), args);

/** By name: what is called, and arguments that are right. */
const entries: Record<string, { run: (...args: Any[]) => unknown; right: () => unknown[] }> = {
  stft: {
    run: dsp.stft,
    right: () => {
      const { signal, options } = front();
      return [signal, options, { threads: threads() }];
    },
  },
  powerSpectrogram: {
    run: dsp.powerSpectrogram,
    right: () => {
      const { signal, options, bins, frames } = front();
      return [signal, { ...options, power: pick([1, 2]) }, call(bins * frames)];
    },
  },
  melSpectrogram: {
    run: dsp.melSpectrogram,
    right: () => {
      const { signal, options, melBands, frames } = melFront();
      return [signal, options, call(melBands * frames)];
    },
  },
  melSpectrogramAsync: {
    run: dsp.melSpectrogramAsync,
    right: () => {
      const { signal, options, melBands, frames } = melFront();
      return [signal, options, call(melBands * frames, isRight ? shared : anywhere)];
    },
  },
  melFilterbank: { run: dsp.melFilterbank, right: () => [melFront().options] },
  MelExtractor: {
    run: (options, signal, settings) => new dsp.MelExtractor(options).compute(signal, settings),
    right: () => {
      const { signal, options, melBands, frames } = melFront();
      return [options, signal, call(melBands * frames)];
    },
  },
  powerToDecibels: { run: dsp.powerToDecibels, right: () => compression(decibels()) },
  amplitudeToDecibels: { run: dsp.amplitudeToDecibels, right: () => compression(decibels()) },
  logCompress: { run: dsp.logCompress, right: () => compression({ gain: 3 }) },
  'native.Stft transform': {
    run: (options, name, signal, real, imaginary, most) =>
      on(new native.Stft(options, name), 'transform', signal, real, imaginary, most),
    right: () => {
      const { signal, options, bins, frames } = front();
      const [real, imaginary] = [floats(bins * frames), floats(bins * frames)];
      return [options, isa(), signal, real, imaginary, threads()];
    },
  },
  'native.Stft spectrogram': {
    run: (options, name, signal, power, output, most) =>
      on(new native.Stft(options, name), 'spectrogram', signal, power, output, most),
    right: () => {
      const { signal, options, bins, frames } = front();
      return [options, isa(), signal, { power: 2 }, floats(bins * frames), threads()];
    },
  },
  'native.MelExtractor compute': {
    run: (options, name, signal, output, most) =>
      on(new native.MelExtractor(options, name), 'compute', signal, output, most),
    right: () => {
      const { signal, options, melBands, frames } = melFront();
      return [options, isa(), signal, floats(melBands * frames), threads()];
    },
  },
  'native.MelExtractor computeAsync': {
    run: (options, signal, output, most) =>
      on(melOf(options), 'computeAsync', signal, output, most, false),
    right: () => {
      const { signal, options, melBands, frames } = melFront();
      return [options, signal, floats(melBands * frames, isRight ? shared : anywhere), threads()];
    },
  },
  'native.MelExtractor others': {
    run: (options, signal, output, method) => {
      const extractor = melOf(options);
      on(extractor, 'filterbank', output);
      on(extractor, 'frames', signal);
      on(extractor, method);
      extractor.release();
      assert.throws(() => extractor.bins(), /released/);
    },
    right: () => {
      const { signal, options, melBands, bins } = melFront();
      const method = pick(['options', 'bins', 'bands', 'release']);
      return [options, signal, floats(melBands * bins), method];
    },
  },
  'native.powerToDecibels': {
    run: native.powerToDecibels,
    right: () => nativeCompression(decibels()),
  },
  'native.logCompress': { run: native.logCompress, right: () => nativeCompression(2) },
  'convolve.Bank': {
    run: (shape, kernel, images, count, output, most) =>
      on(new convolve.Bank(shape, kernel), 'apply', images, count, output, most),
    right: () => {
      const [frames, bands, kernelFrames, filters] = [1, 1, 1, 1].map(() => 1 + integer(20));
      const kernelBands = 1 + integer(bands!);
      const shape = { frames, bands, kernelFrames, kernelBands, filters, bandStride: 2, before: 0 };
      const count = integer(3);
      return [
        ...[shape, floats(kernelFrames! * kernelBands * filters!)],
        ...[floats(count * frames! * bands!), count, floats(count * frames! * filters!)],
        pick([1, 2, 5]),
      ];
    },
  },
  'decode.countMp3Frames': { run: decode.countMp3Frames, right: () => [bytes(mp3)] },
  'decode.decodeMp3': {
    run: decode.decodeMp3,
    right: () => {
      const { frames } = decode.countMp3Frames(mp3) as { frames: number };
      return [bytes(mp3), frames, floats(1152 * frames)];
    },
  },
};

function compression(options: unknown): unknown[] {
  const size = integer(3000);
  return [floats(size), options, { output: pick([undefined, floats(size)]) }];
}

function nativeCompression(options: unknown): unknown[] {
  const size = integer(3000);
  return [floats(size), options, floats(size), isa()];
}

/** Bytes beside the arrays are as they were, or zeros where the buffer was cut off and grew again. */
function expectGuards(name: string): void {
  for (const array of arrays.filter(({ byteLength }) => byteLength > 0)) {
    for (const at of [0, array.byteOffset + array.byteLength]) {
      const edge = new Uint8Array(bufferOf(array), at).subarray(0, guard);
      assert.ok(
        edge.every((byte) => byte === canary) || edge.every((byte) => byte === 0),
        `${name} wrote beside an array`,
      );
    }
  }
}

const counts = { returned: 0, threw: 0 };
for (let i = 0; i < Number(values.calls); i++) {
  arrays = [];
  const [name, { run, right }] = pick(Object.entries(entries));
  isRight = random() < 0.1;
  const args = right();
  if (!isRight) {
    for (const place of new Set([integer(args.length), integer(args.length)])) {
      args[place] = spoilt(args[place]);
    }
  }
  writeSync(1, `${i} ${name}\n`);
  try {
    const result = run(...args);
    if (!isRight) disturb();
    await result;
    counts.returned++;
  } catch (error) {
    assert.ok(error instanceof Error, `${name} threw ${String(error)}`);
    if (isRight) throw error;
    counts.threw++;
  }
  expectGuards(name);
}
writeSync(1, `${JSON.stringify(counts)}\n`);
