import type { Address, KernelMemory } from '../kernel.ts';
import type { Interactions } from './interactions.ts';

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
