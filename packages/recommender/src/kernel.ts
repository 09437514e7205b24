import { kernelBase64 } from './kernel-code.ts';
import { expectOption } from './options.ts';

// TypeScript declares WebAssembly only for browsers.
declare const WebAssembly: {
  Memory: new (options: { initial: number; maximum: number }) => Memory;
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { exports: unknown };
};
interface Memory {
  readonly buffer: ArrayBuffer;
}

/** In bytes. */
export type Address = number;

/** The functions of wasm/kernel.ts, where they are described. */
interface Kernel {
  dotRows(matrix: Address, rows: number, columns: number, query: Address, out: Address): void;
  meanOfLargest(
    similarities: Address,
    seeds: number,
    rows: number,
    weights: Address,
    count: number,
    scratch: Address,
    out: Address,
  ): void;
  quantise(
    matrix: Address,
    rows: number,
    columns: number,
    stride: number,
    slack: number,
    codes: Address,
    scales: Address,
    radii: Address,
  ): void;
  nextAbove(
    codes: Address,
    stride: number,
    scales: Address,
    radii: Address,
    row: number,
    rows: number,
    query: Address,
    scale: number,
    length: number,
    floor: number,
    bounds: Address,
  ): number;
  gramian(matrix: Address, rows: number, factors: number, out: Address): void;
  multiply(matrix: Address, rows: number, factors: number, square: Address, out: Address): void;
  solve(
    indptr: Address,
    indices: Address,
    confidences: Address,
    rows: number,
    y: Address,
    factors: number,
    steps: number,
    x: Address,
    scratch: Address,
  ): void;
}

/** Arrays in the kernel's memory. An array's address is its `byteOffset`. */
export interface KernelMemory extends Kernel {
  floats(length: number): Float32Array<ArrayBuffer>;
  integers(length: number): Uint32Array<ArrayBuffer>;
  shorts(length: number): Int16Array<ArrayBuffer>;
  bytes(length: number): Int8Array<ArrayBuffer>;
}

const module = new WebAssembly.Module(
  Uint8Array.from(atob(kernelBase64), (char) => char.charCodeAt(0)),
);
const pageBytes = 65_536;
const maximumPages = 65_536;

/** A fresh instance of the kernel with room for `bytes` of arrays, zeroed; at most 4 GiB. */
export function createKernel(bytes: number): KernelMemory {
  const pages = Math.ceil(bytes / pageBytes) + 1;
  expectOption(
    pages <= maximumPages,
    'at most 4 GiB',
    'the memory of the kernel',
    `${bytes} bytes`,
  );
  const memory = new WebAssembly.Memory({ initial: pages, maximum: maximumPages });
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  let next = pageBytes;
  const take = (bytes: number): number => {
    const address = next;
    next += 16 * Math.ceil(bytes / 16);
    return address;
  };
  return {
    ...(exports as Kernel),
    floats: (length) => new Float32Array(memory.buffer, take(4 * length), length),
    integers: (length) => new Uint32Array(memory.buffer, take(4 * length), length),
    shorts: (length) => new Int16Array(memory.buffer, take(2 * length), length),
    bytes: (length) => new Int8Array(memory.buffer, take(length), length),
  };
}
