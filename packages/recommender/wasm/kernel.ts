/**
 * The innermost loops, in AssemblyScript (TypeScript's syntax, WebAssembly's types) for the sake of
 * SIMD: scoring many seeds (dotRows, meanOfLargest), searching (quantise, nextAbove), and implicit ALS
 * (the rest). All matrices are row-major, float32 but for the codes, and have memory for a multiple of
 * 4 rows.
 *
 * Built into src/kernel-code.ts by wasm/build.mjs.
 */

/** Offset of a float or 32-bit integer in an array. */
function at(array: usize, index: i32): usize {
  return array + ((<usize>index) << 2);
}

/** The four numbers of a vector added up. */
function total(sums: v128): f32 {
  return (
    f32x4.extract_lane(sums, 0) +
    f32x4.extract_lane(sums, 1) +
    (f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3))
  );
}

/** The part of a dot product from a column on. */
function rest(a: usize, b: usize, from: i32, columns: i32): f32 {
  let sum: f32 = 0;
  for (let i = from; i < columns; i++) sum += load<f32>(at(a, i)) * load<f32>(at(b, i));
  return sum;
}

/** out = matrix * query, (rows x columns) * columns; rows is rounded up to a multiple of 4. */
export function dotRows(matrix: usize, rows: i32, columns: i32, query: usize, out: usize): void {
  const vectors = columns & ~3;
  for (let row = 0; row < rows; row += 4) {
    const a = at(matrix, row * columns);
    const b = at(a, columns);
    const c = at(b, columns);
    const d = at(c, columns);
    let sumA = f32x4.splat(0);
    let sumB = sumA;
    let sumC = sumA;
    let sumD = sumA;
    for (let i = 0; i < vectors; i += 4) {
      const q = v128.load(at(query, i));
      sumA = f32x4.add(sumA, f32x4.mul(v128.load(at(a, i)), q));
      sumB = f32x4.add(sumB, f32x4.mul(v128.load(at(b, i)), q));
      sumC = f32x4.add(sumC, f32x4.mul(v128.load(at(c, i)), q));
      sumD = f32x4.add(sumD, f32x4.mul(v128.load(at(d, i)), q));
    }
    store<f32>(at(out, row), total(sumA) + rest(a, query, vectors, columns));
    store<f32>(at(out, row + 1), total(sumB) + rest(b, query, vectors, columns));
    store<f32>(at(out, row + 2), total(sumC) + rest(c, query, vectors, columns));
    store<f32>(at(out, row + 3), total(sumD) + rest(d, query, vectors, columns));
  }
}

/**
 * For each row, the weighted mean of the `count` largest of its similarities; equal ones all take part.
 *
 * @param similarities seeds x rows; rows is a multiple of 4.
 * @param scratch room for 4 * seeds floats.
 */
export function meanOfLargest(
  similarities: usize,
  seeds: i32,
  rows: i32,
  weights: usize,
  count: i32,
  scratch: usize,
  out: usize,
): void {
  for (let row = 0; row < rows; row += 4) {
    const first = at(similarities, row);
    for (let k = 0; k < seeds; k++) {
      v128.store(at(scratch, 4 * k), v128.load(at(first, k * rows)));
    }
    // Each pass brings the largest of the rest to the front: bubble sort of four rows at once.
    for (let pass = 0; pass < count; pass++) {
      let largest = v128.load(at(scratch, 4 * (seeds - 1)));
      for (let k = seeds - 2; k >= pass; k--) {
        const value = v128.load(at(scratch, 4 * k));
        v128.store(at(scratch, 4 * (k + 1)), f32x4.pmin(value, largest));
        largest = f32x4.pmax(value, largest);
      }
      v128.store(at(scratch, 4 * pass), largest);
    }
    const floor = v128.load(at(scratch, 4 * (count - 1)));
    let total = f32x4.splat(0);
    let totalWeight = total;
    for (let k = 0; k < seeds; k++) {
      const similarity = v128.load(at(first, k * rows));
      const weight = v128.and(v128.load32_splat(at(weights, k)), f32x4.ge(similarity, floor));
      total = f32x4.add(total, f32x4.mul(weight, similarity));
      totalWeight = f32x4.add(totalWeight, weight);
    }
    v128.store(at(out, row), f32x4.div(total, totalWeight));
  }
}

/**
 * Codes each row of a matrix as `scale * codes` with codes of -127 ... 127. Radius times the length of a
 * query is at least the error of the query's dot product with the row when it is taken with the codes.
 *
 * @param stride codes of a row, a multiple of 16; those after the last column stay as they are.
 * @param slack relative error of all else: of the query's own code, and of rounding.
 */
export function quantise(
  matrix: usize,
  rows: i32,
  columns: i32,
  stride: i32,
  slack: f32,
  codes: usize,
  scales: usize,
  radii: usize,
): void {
  const vectors = columns & ~3;
  for (let row = 0; row < rows; row++) {
    const x = at(matrix, row * columns);
    const code = codes + <usize>row * <usize>stride;
    let most = f32x4.splat(0);
    for (let i = 0; i < vectors; i += 4) most = f32x4.max(most, f32x4.abs(v128.load(at(x, i))));
    let largest = max(
      max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
      max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
    );
    for (let i = vectors; i < columns; i++) largest = max(largest, abs(load<f32>(at(x, i))));
    const scale = largest / 127;
    // Smaller numbers are 0 next to the 1e-20 below.
    const inverse: f32 = scale > 1e-30 ? 1 / scale : 0;
    let squares = f32x4.splat(0);
    let errors = squares;
    for (let i = 0; i < vectors; i += 4) {
      const value = v128.load(at(x, i));
      const rounded = f32x4.nearest(f32x4.mul(value, f32x4.splat(inverse)));
      const error = f32x4.sub(value, f32x4.mul(f32x4.splat(scale), rounded));
      const integers = i32x4.trunc_sat_f32x4_s(rounded);
      const shorts = i16x8.narrow_i32x4_s(integers, integers);
      v128.store32_lane(code + i, i8x16.narrow_i16x8_s(shorts, shorts), 0);
      squares = f32x4.add(squares, f32x4.mul(value, value));
      errors = f32x4.add(errors, f32x4.mul(error, error));
    }
    let squaresTotal = total(squares);
    let errorsTotal = total(errors);
    for (let i = vectors; i < columns; i++) {
      const value = load<f32>(at(x, i));
      const rounded = nearest(value * inverse);
      const error = value - scale * rounded;
      store<i8>(code + i, <i8>rounded);
      squaresTotal += value * value;
      errorsTotal += error * error;
    }
    store<f32>(at(scales, row), scale);
    const error: f32 = sqrt(errorsTotal);
    const radius: f32 = <f32>1.001 * error + slack * (sqrt(squaresTotal) + error);
    store<f32>(at(radii, row), radius + 1e-20);
  }
}

/**
 * The first four rows from `row` on of which one has a dot product with the query that may reach
 * `floor`; `rows` where there are none. Writes the lower bounds of the four, then the upper ones.
 *
 * @param row a multiple of 4. @param query `stride` numbers of 16 bits, `scale` times too large.
 * @param length of the query.
 */
export function nextAbove(
  codes: usize,
  stride: i32,
  scales: usize,
  radii: usize,
  row: i32,
  rows: i32,
  query: usize,
  scale: f32,
  length: f32,
  floor: f32,
  bounds: usize,
): i32 {
  for (; row < rows; row += 4) {
    const a = codes + <usize>row * <usize>stride;
    const b = a + stride;
    const c = b + stride;
    const d = c + stride;
    let sumA = i32x4.splat(0);
    let sumB = sumA;
    let sumC = sumA;
    let sumD = sumA;
    for (let i = 0; i < stride; i += 16) {
      const low = v128.load(query + 2 * i);
      const high = v128.load(query + 2 * i, 16);
      sumA = i32x4.add(sumA, dot16(v128.load(a + i), low, high));
      sumB = i32x4.add(sumB, dot16(v128.load(b + i), low, high));
      sumC = i32x4.add(sumC, dot16(v128.load(c + i), low, high));
      sumD = i32x4.add(sumD, dot16(v128.load(d + i), low, high));
    }
    const ab = pairs(sumA, sumB);
    const cd = pairs(sumC, sumD);
    const dots = i32x4.add(
      v128.shuffle<i32>(ab, cd, 0, 1, 4, 5),
      v128.shuffle<i32>(ab, cd, 2, 3, 6, 7),
    );
    const factors = f32x4.mul(v128.load(at(scales, row)), f32x4.splat(scale));
    const middle = f32x4.mul(f32x4.convert_i32x4_s(dots), factors);
    const radius = f32x4.mul(v128.load(at(radii, row)), f32x4.splat(length));
    const upper = f32x4.add(middle, radius);
    if (v128.any_true(f32x4.ge(upper, f32x4.splat(floor)))) {
      v128.store(bounds, f32x4.sub(middle, radius));
      v128.store(bounds, upper, 16);
      return row;
    }
  }
  return rows;
}

/** The products of 16 codes with 16 numbers of the query, added up to 4. */
function dot16(codes: v128, low: v128, high: v128): v128 {
  return i32x4.add(
    i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(codes), low),
    i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(codes), high),
  );
}

/** Lanes a0 + a2, b0 + b2, a1 + a3, b1 + b3. */
function pairs(a: v128, b: v128): v128 {
  return i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
}

// Implicit ALS: `factors` is a multiple of 4, and what is beyond the last row is zero.

function dot(a: usize, b: usize, factors: i32): f32 {
  let sum = f32x4.splat(0);
  for (let i = 0; i < factors; i += 4) {
    sum = f32x4.add(sum, f32x4.mul(v128.load(at(a, i)), v128.load(at(b, i))));
  }
  return total(sum);
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
