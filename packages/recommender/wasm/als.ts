/**
 * The inner loops of implicit ALS, in AssemblyScript (TypeScript's syntax, WebAssembly's types) for the
 * sake of SIMD. All matrices are float32 and row-major; `factors` and the rows that a matrix has
 * memory for are multiples of 4, and what is beyond the last row is zero.
 *
 * Built into src/collaborative/als-kernel.ts by wasm/build.mjs.
 */

/** Offset of a float or 32-bit integer in an array. */
function at(array: usize, index: i32): usize {
  return array + ((<usize>index) << 2);
}

function dot(a: usize, b: usize, factors: i32): f32 {
  let sum = f32x4.splat(0);
  for (let i = 0; i < factors; i += 4) {
    sum = f32x4.add(sum, f32x4.mul(v128.load(at(a, i)), v128.load(at(b, i))));
  }
  return (
    f32x4.extract_lane(sum, 0) +
    f32x4.extract_lane(sum, 1) +
    (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3))
  );
}

/** y += weight * x */
function add(weight: f32, x: usize, y: usize, factors: i32): void {
  const w = f32x4.splat(weight);
  for (let i = 0; i < factors; i += 4) {
    v128.store(at(y, i), f32x4.add(v128.load(at(y, i)), f32x4.mul(w, v128.load(at(x, i)))));
  }
}

/** out = matrix^T * matrix (factors x factors); blocks below the diagonal are left for the caller. */
export function gramian(matrix: usize, rows: i32, factors: i32, out: usize): void {
  memory.fill(out, 0, (<usize>(factors * factors)) << 2);
  for (let row = 0; row < rows; row += 4) {
    const a = at(matrix, row * factors);
    const b = at(a, factors);
    const c = at(b, factors);
    const d = at(c, factors);
    for (let i = 0; i < factors; i++) {
      const ai = v128.load32_splat(at(a, i));
      const bi = v128.load32_splat(at(b, i));
      const ci = v128.load32_splat(at(c, i));
      const di = v128.load32_splat(at(d, i));
      const outRow = at(out, i * factors);
      for (let j = i & ~3; j < factors; j += 4) {
        const ab = f32x4.add(
          f32x4.mul(ai, v128.load(at(a, j))),
          f32x4.mul(bi, v128.load(at(b, j))),
        );
        const cd = f32x4.add(
          f32x4.mul(ci, v128.load(at(c, j))),
          f32x4.mul(di, v128.load(at(d, j))),
        );
        const sum = at(outRow, j);
        v128.store(sum, f32x4.add(v128.load(sum), f32x4.add(ab, cd)));
      }
    }
  }
}

/** out = matrix * square, (rows x factors) * (factors x factors). */
export function multiply(matrix: usize, rows: i32, factors: i32, square: usize, out: usize): void {
  for (let row = 0; row < rows; row += 4) {
    const a = at(matrix, row * factors);
    const b = at(a, factors);
    const c = at(b, factors);
    const d = at(c, factors);
    const result = at(out, row * factors);
    for (let j = 0; j < factors; j += 4) {
      let sumA = f32x4.splat(0);
      let sumB = sumA;
      let sumC = sumA;
      let sumD = sumA;
      for (let i = 0; i < factors; i++) {
        const s = v128.load(at(square, i * factors + j));
        sumA = f32x4.add(sumA, f32x4.mul(v128.load32_splat(at(a, i)), s));
        sumB = f32x4.add(sumB, f32x4.mul(v128.load32_splat(at(b, i)), s));
        sumC = f32x4.add(sumC, f32x4.mul(v128.load32_splat(at(c, i)), s));
        sumD = f32x4.add(sumD, f32x4.mul(v128.load32_splat(at(d, i)), s));
      }
      v128.store(at(result, j), sumA);
      v128.store(at(result, factors + j), sumB);
      v128.store(at(result, 2 * factors + j), sumC);
      v128.store(at(result, 3 * factors + j), sumD);
    }
  }
}

/**
 * For each row u of a sparse matrix of confidences c: x_u = (I + sum_i (c_ui - 1) y_i y_i^T)^-1 sum_i c_ui y_i
 * by at most `steps` steps of conjugate gradients from zero. With n entries in the row the matrix is
 * the identity plus rank n, so n steps are exact.
 *
 * @param scratch room for 3 * factors floats.
 */
export function solve(
  indptr: usize,
  indices: usize,
  confidences: usize,
  rows: i32,
  y: usize,
  factors: i32,
  steps: i32,
  x: usize,
  scratch: usize,
): void {
  const residual = scratch;
  const direction = at(scratch, factors);
  const product = at(direction, factors);
  const bytes = (<usize>factors) << 2;
  for (let row = 0; row < rows; row++) {
    const solution = at(x, row * factors);
    const begin = load<u32>(at(indptr, row));
    const end = load<u32>(at(indptr, row + 1));
    memory.fill(solution, 0, bytes);
    memory.fill(residual, 0, bytes);
    for (let k = begin; k < end; k++) {
      const item = at(y, load<u32>(at(indices, k)) * factors);
      add(load<f32>(at(confidences, k)), item, residual, factors);
    }
    memory.copy(direction, residual, bytes);
    let norm = dot(residual, residual, factors);
    const limit = min<i32>(steps, end - begin);
    for (let step = 0; step < limit && norm > 1e-20; step++) {
      memory.copy(product, direction, bytes);
      for (let k = begin; k < end; k++) {
        const item = at(y, load<u32>(at(indices, k)) * factors);
        const extra = load<f32>(at(confidences, k)) - 1;
        add(extra * dot(item, direction, factors), item, product, factors);
      }
      const stride = norm / dot(direction, product, factors);
      add(stride, direction, solution, factors);
      add(-stride, product, residual, factors);
      const nextNorm = dot(residual, residual, factors);
      const momentum = f32x4.splat(nextNorm / norm);
      for (let i = 0; i < factors; i += 4) {
        const next = f32x4.add(
          v128.load(at(residual, i)),
          f32x4.mul(momentum, v128.load(at(direction, i))),
        );
        v128.store(at(direction, i), next);
      }
      norm = nextNorm;
    }
  }
}
