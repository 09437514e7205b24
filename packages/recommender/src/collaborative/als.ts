import { createKernel } from '../kernel.ts';
import { expectCount, expectOption, withDefaults } from '../options.ts';
import { seededRandom } from '@consonance/statistics';
import type { Recommender } from '../recommender.ts';
import { dotRows } from '../vectors.ts';
import { type Interactions, mapValues, transpose } from './interactions.ts';
import { type KernelMatrix, toKernel } from './kernel-matrix.ts';
import { whitening } from './linear.ts';
import { checkProfile } from './profile.ts';

export interface AlsOptions {
  /** Length of a factor vector, rounded up to a multiple of 4. Default 64. */
  factors?: number;
  /** Weight of the squared norms in the loss, above 0. Default 20. */
  regularization?: number;
  /**
   * Confidence of a pair = alpha * its value; pairs that were not seen have confidence 1 and
   * preference 0. These are the semantics of Python's `implicit` (the paper has 1 + alpha * value).
   * Default 1.
   */
  alpha?: number;
  /** Rounds of users, then items. Default 15. */
  iterations?: number;
  /** Conjugate gradient steps per vector and round. Default 3. */
  steps?: number;
  /** Seed of the first item factors, uniform in [0, 0.01). Default 1. */
  seed?: number;
}

const alsDefaults = {
  factors: 64,
  regularization: 20,
  alpha: 1,
  iterations: 15,
  steps: 3,
  seed: 1,
} satisfies AlsOptions;

/**
 * Matrix factorisation for implicit feedback by alternating least squares: Hu, Koren and Volinsky,
 * "Collaborative Filtering for Implicit Feedback Datasets" (2008), with conjugate gradients as in
 * Takács, Pilászy and Tikk, "Applications of the Conjugate Gradient Method for Implicit Feedback
 * Collaborative Filtering" (2011). A profile is folded in by solving for its vector exactly.
 *
 * Each least-squares problem has the matrix G + sum (c - 1) y y^T with G = Y^T Y + regularization * I.
 * In coordinates in which G is the identity (Y "whitened"), that is the identity plus a few rank-one
 * terms: conjugate gradients need no product with G and converge in as many steps as a user has items.
 *
 * Memory while training: 8 * factors bytes per user and item and 16 bytes per entry, at most 4 GiB;
 * after it, 4 * factors bytes per item.
 *
 * @throws RecommenderError BAD_OPTION
 */
export function als(interactions: Interactions, given: AlsOptions = {}): Recommender {
  const options = withDefaults(alsDefaults, given);
  const { items } = interactions;
  const { alpha } = options;
  const whitened = whitenedItemFactors(interactions, options);
  const factors = items === 0 ? 4 : whitened.length / items;
  const kernel = createKernel(4 * (whitened.length + 2 * items + 5 * factors + 64));
  const itemFactors = kernel.floats(whitened.length);
  itemFactors.set(whitened);
  const indptr = kernel.integers(2);
  const indices = kernel.integers(items);
  const confidences = kernel.floats(items);
  const user = kernel.floats(factors);
  const scratch = kernel.floats(3 * factors);
  return {
    name: 'als',
    size: items,
    score(profile) {
      const { rows, weights } = checkProfile(profile, items);
      indptr[1] = rows.length;
      indices.set(rows);
      confidences.set(weights.map((weight) => alpha * weight));
      kernel.solve(
        indptr.byteOffset,
        indices.byteOffset,
        confidences.byteOffset,
        1,
        itemFactors.byteOffset,
        factors,
        factors,
        user.byteOffset,
        scratch.byteOffset,
      );
      return dotRows(itemFactors, user);
    },
  };
}

/** One side of the factorisation: users or items. Both matrices are rows x factors. */
interface Side {
  rows: number;
  factors: Float32Array<ArrayBuffer>;
  /** The same vectors in the coordinates in which factors^T factors + regularization * I is I. */
  whitened: Float32Array<ArrayBuffer>;
  /** Confidences of this side's pairs with the other side. */
  confidences: KernelMatrix;
}

/** The trained item factors in the coordinates in which a profile's vector is solved for. */
function whitenedItemFactors(
  interactions: Interactions,
  {
    factors: requestedFactors,
    regularization,
    alpha,
    iterations,
    steps,
    seed,
  }: Required<AlsOptions>,
): Float32Array {
  expectCount('factors', requestedFactors);
  expectCount('iterations', iterations);
  expectCount('steps', steps);
  expectOption(regularization > 0, 'a number above 0', 'regularization', regularization);
  expectOption(alpha > 0, 'a number above 0', 'alpha', alpha);
  const factors = 4 * Math.ceil(requestedFactors / 4);
  const byUser = mapValues(interactions, (value) => alpha * value);
  const kernel = createKernel(
    8 * factors * (interactions.users + interactions.items + 2 * factors + 8) +
      16 * byUser.indices.length +
      4 * (interactions.users + interactions.items) +
      1024,
  );
  const square = kernel.floats(factors * factors);
  const scratch = kernel.floats(3 * factors);
  const sideOf = (matrix: Interactions): Side => ({
    rows: matrix.users,
    factors: kernel.floats(4 * Math.ceil(matrix.users / 4) * factors),
    whitened: kernel.floats(4 * Math.ceil(matrix.users / 4) * factors),
    confidences: toKernel(kernel, matrix),
  });

  /** Fills `side.whitened`; returns the matrix W with whitened = W factor for each vector. */
  const whiten = (side: Side): Float64Array => {
    kernel.gramian(side.factors.byteOffset, side.rows, factors, square.byteOffset);
    for (let i = 0; i < factors; i++) square[i * factors + i]! += regularization;
    const matrix = whitening(square, factors);
    square.set(matrix.map((_, k) => matrix[(k % factors) * factors + Math.floor(k / factors)]!));
    multiply(side, side.factors, side.whitened);
    return matrix;
  };
  /** Solves for the vectors of `side` with those of `other` fixed. */
  const solve = (side: Side, other: Side): void => {
    const matrix = whiten(other);
    kernel.solve(
      side.confidences.indptr,
      side.confidences.indices,
      side.confidences.values,
      side.rows,
      other.whitened.byteOffset,
      factors,
      steps,
      side.whitened.byteOffset,
      scratch.byteOffset,
    );
    square.set(matrix);
    multiply(side, side.whitened, side.factors);
  };
  const multiply = (side: Side, from: Float32Array, to: Float32Array): void =>
    kernel.multiply(from.byteOffset, side.rows, factors, square.byteOffset, to.byteOffset);

  const user = sideOf(byUser);
  const item = sideOf(transpose(byUser));
  const random = seededRandom(seed);
  for (let row = 0; row < item.rows; row++) {
    for (let i = 0; i < requestedFactors; i++) item.factors[row * factors + i] = random() * 0.01;
  }
  for (let iteration = 0; iteration < iterations; iteration++) {
    solve(user, item);
    solve(item, user);
  }
  whiten(item);
  return item.whitened.slice(0, item.rows * factors);
}
