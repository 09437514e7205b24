/** The fused kernels against the same computation in small tfjs operations. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  dropout,
  gru,
  type GruWeights,
  maxPool,
  normalizeBatch,
  batchNormEpsilon,
} from '../src/kernels.ts';
import {
  type Scalar,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
  tf,
} from '../src/tensorflow.ts';

const normal = <T extends Tensor>(shape: number[], seed: number): T =>
  tf.randomNormal(shape, 0, 0.7, 'float32', seed) as unknown as T;

function assertClose(a: Tensor, b: Tensor, name: string): void {
  assert.deepEqual(a.shape, b.shape);
  const difference = tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]!;
  assert.ok(difference < 1e-5, `${name} differs by ${difference}`);
}

/** Value and all gradients of two functions, weighted so that every output counts differently. */
function assertSameGradients(
  f: (...args: Tensor[]) => Tensor,
  g: (...args: Tensor[]) => Tensor,
  args: Tensor[],
): void {
  const weights = normal(f(...args).shape, 99);
  const weighted =
    (h: typeof f) =>
    (...inputs: Tensor[]) =>
      tf.sum(tf.mul(weights, h(...inputs))) as Scalar;
  assertClose(f(...args), g(...args), 'value');
  const [first, second] = [tf.grads(weighted(f))(args), tf.grads(weighted(g))(args)];
  first.forEach((gradient, i) => assertClose(gradient, second[i]!, `gradient ${i}`));
}

test('batch normalisation equals its definition, and so do its gradients', () => {
  const args = [normal([3, 5, 7, 4], 1), normal([4], 2), normal([4], 3)];
  assertSameGradients(
    (x, scale, offset) =>
      normalizeBatch(x as Tensor4D, scale as Tensor1D, offset as Tensor1D, () => {}),
    (x, scale, offset) => {
      const { mean, variance } = tf.moments(x!, [0, 1, 2]);
      const unit = tf.div(tf.sub(x!, mean), tf.sqrt(tf.add(variance, batchNormEpsilon)));
      return tf.add(tf.mul(unit, scale!), offset!);
    },
    args,
  );
});

test("max pooling equals TensorFlow's, and so do its gradients, also where cells are left over", () => {
  for (const pool of [
    [2, 4],
    [3, 5],
    [4, 1],
  ] as [number, number][]) {
    assertSameGradients(
      (x) => maxPool(x as Tensor4D, pool),
      (x) => tf.maxPool(x as Tensor4D, pool, pool, 'valid'),
      [normal([3, 9, 14, 5], 1)],
    );
  }
});

test('the statistics handed out are those of the batch', () => {
  const x = normal<Tensor4D>([3, 5, 7, 2], 1);
  normalizeBatch(x, tf.ones([2]), tf.zeros([2]), (mean, variance) => {
    const expected = tf.moments(x, [0, 1, 2]);
    const cells = 3 * 5 * 7;
    assertClose(mean, expected.mean, 'mean');
    assertClose(variance, tf.mul(expected.variance, cells / (cells - 1)), 'variance');
  });
});

test('the GRU equals its definition, and so do its gradients', () => {
  const [inputs, units] = [5, 3];
  const slow = (x: Tensor3D, { gates, gatesBias, candidate, candidateBias }: GruWeights) => {
    let state: Tensor2D = tf.zeros([x.shape[0], units]);
    const states = tf.unstack(x, 1).map((input) => {
      const both = tf.sigmoid(
        tf.add(tf.matMul(tf.concat([input, state], 1) as Tensor2D, gates), gatesBias),
      );
      const [reset, update] = tf.split(both, 2, 1) as [Tensor, Tensor];
      const seen = tf.concat([input, tf.mul(reset, state)], 1) as Tensor2D;
      const proposed = tf.tanh(tf.add(tf.matMul(seen, candidate), candidateBias));
      state = tf.add(tf.mul(update, state), tf.mul(tf.sub(1, update), proposed)) as Tensor2D;
      return state;
    });
    return tf.stack(states, 1);
  };
  const weightsOf = ([gates, gatesBias, candidate, candidateBias]: Tensor[]) =>
    ({ gates, gatesBias, candidate, candidateBias }) as GruWeights;
  assertSameGradients(
    (x, ...weights) => gru(x as Tensor3D, weightsOf(weights)),
    (x, ...weights) => slow(x as Tensor3D, weightsOf(weights)),
    [
      ...[
        normal([4, 6, inputs], 1),
        normal([inputs + units, 2 * units], 2),
        normal([2 * units], 3),
      ],
      ...[normal([inputs + units, units], 4), normal([units], 5)],
    ],
  );
});

test('dropout drops the given share, scales the rest, and repeats with its seed', () => {
  const x = tf.ones([100, 100]);
  const dropped = dropout(x, 0.3, 7).dataSync();
  const zeros = dropped.filter((value) => value === 0).length / dropped.length;
  assert.ok(Math.abs(zeros - 0.3) < 0.02, `${zeros}`);
  assert.ok(dropped.every((value) => value === 0 || Math.abs(value - 1 / 0.7) < 1e-6));
  assert.deepEqual(dropout(x, 0.3, 7).dataSync(), dropped);
  assert.notDeepEqual(dropout(x, 0.3, 8).dataSync(), dropped);
});
