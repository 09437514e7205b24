import { kernelBase64 } from './als-kernel.ts';
import { expectOption } from '../options.ts';
import type { Interactions } from './interactions.ts';

// TypeScript declares WebAssembly only for browsers.
declare const WebAssembly: {
  Memory: new (options: { initial: number; maximum: number }) => Memory;
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { exports: unknown };
};
interface Memory {
  readonly buffer: ArrayBuffer;
}

type Address = number;

/** The functions of wasm/als.ts, where they are described. */
interface Kernel {
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
}

const module = new WebAssembly.Module(
  Uint8Array.from(atob(kernelBase64), (char) => char.charCodeAt(0)),
);
const pageBytes = 65_536;
const maximumPages = 65_536;

/** A fresh instance of the kernel with room for `bytes` of arrays, zeroed; at most 4 GiB. */
export function createKernel(bytes: number): KernelMemory {
  const pages = Math.ceil(bytes / pageBytes) + 1;
  expectOption(pages <= maximumPages, 'at most 4 GiB', 'the memory of ALS', `${bytes} bytes`);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: maximumPages });
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  let next = pageBytes;
  const take = (length: number): number => {
    const address = next;
    next += 16 * Math.ceil(length / 4);
    return address;
  };
  return {
    ...(exports as Kernel),
    floats: (length) => new Float32Array(memory.buffer, take(length), length),
    integers: (length) => new Uint32Array(memory.buffer, take(length), length),
  };
}

/** Addresses of a sparse matrix in the kernel's memory. */
export interface KernelMatrix {
  indptr: Address;
  indices: Address;
  values: Address;
}

export function toKernel(
  kernel: KernelMemory,
  { indptr, indices, values }: Interactions,
): KernelMatrix {
  const matrix = {
    indptr: kernel.integers(indptr.length),
    indices: kernel.integers(indices.length),
    values: kernel.floats(values.length),
  };
  matrix.indptr.set(indptr);
  matrix.indices.set(indices);
  matrix.values.set(values);
  return {
    indptr: matrix.indptr.byteOffset,
    indices: matrix.indices.byteOffset,
    values: matrix.values.byteOffset,
  };
}
