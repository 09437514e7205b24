import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { forward, initialWeights, loadWeights, saveWeights, standardize } from '../src/network.ts';
import {
  embeddingDimensions,
  parameterCount,
  sequenceSteps,
  shortestInput,
} from '../src/network-config.ts';
import { compactCrnn } from '../src/presets.ts';
import { type Tensor3D, tf } from '../src/tensorflow.ts';

const labels = ['classical', 'electronic', 'folk', 'hip-hop', 'instrumental', 'jazz', 'rock'];
const config = compactCrnn(96, labels);

describe('compact CRNN', () => {
  test('has four convolution layers, two GRU layers, and the number of parameters that the card states', () => {
    assert.equal(config.convolutions.length, 4);
    assert.equal(config.gruUnits.length, 2);
    assert.equal(parameterCount(config), 135_031);
    assert.equal(embeddingDimensions(config), 64);
  });

  test('takes inputs of any length from the shortest on', () => {
    const weights = initialWeights(config, 1);
    for (const frames of [shortestInput(config), 100, 628]) {
      tf.tidy(() => {
        const { embedding, logits } = forward(config, weights, tf.randomNormal([2, 96, frames]));
        assert.deepEqual(
          [embedding.shape, logits.shape],
          [
            [2, 64],
            [2, 7],
          ],
        );
      });
    }
    tf.dispose([...weights.values()]);
  });

  test('a seed gives the same weights, another seed others', () => {
    const values = (seed: number) => {
      const weights = initialWeights(config, seed);
      const saved = saveWeights(weights);
      tf.dispose([...weights.values()]);
      return saved;
    };
    assert.deepEqual(values(3), values(3));
    assert.notDeepEqual(values(3), values(4));
  });

  test('refuses weights of another shape, naming the one', () => {
    const weights = initialWeights(config, 1);
    const saved = saveWeights(weights).map((tensor) =>
      tensor.name === 'conv1/kernel' ? { ...tensor, shape: [1, 2, 3] } : tensor,
    );
    tf.dispose([...weights.values()]);
    assert.throws(() => loadWeights(config, saved), /weight conv1\/kernel but received \[1,2,3\]/);
  });
});

describe('the sequence of time steps', () => {
  const embeddingOf = (change: object, timeOrder?: readonly number[]) => {
    const changed = { ...config, ...change };
    const weights = initialWeights(changed, 1);
    const embedding = tf.tidy(() => {
      const input = tf.randomNormal([2, 96, 256], 0, 1, 'float32', 5) as Tensor3D;
      return forward(changed, weights, input, timeOrder ? { timeOrder } : {}).embedding;
    });
    tf.dispose([...weights.values()]);
    const values = [...embedding.dataSync()];
    embedding.dispose();
    return values;
  };
  const steps = sequenceSteps(config, 256);
  const indices = Array.from({ length: steps }, (_, i) => i);

  test('becomes an embedding by its mean, its last state, or side by side', () => {
    assert.equal(steps, 7);
    const flattened = { pooling: 'flatten', flattenedSteps: steps } as const;
    const flat = embeddingOf(flattened);
    assert.equal(flat.length, 2 * embeddingDimensions({ ...config, ...flattened }));
    const first = flat.slice(0, steps * 64);
    assert.deepEqual(embeddingOf({ pooling: 'last' }).slice(0, 64), first.slice(-64));
    embeddingOf({})
      .slice(0, 64)
      .forEach((value, i) => {
        const sum = indices.reduce((sum, step) => sum + first[step * 64 + i]!, 0);
        assert.ok(Math.abs(value - sum / steps) < 1e-5);
      });
    // Longer than it was made for: neighbours are averaged.
    assert.equal(embeddingOf({ pooling: 'flatten', flattenedSteps: 3 }).length, 2 * 3 * 64);
  });

  test('can be put in another order before the GRU, which changes what it says', () => {
    assert.deepEqual(embeddingOf({}, indices), embeddingOf({}));
    assert.notDeepEqual(embeddingOf({}, indices.toReversed()), embeddingOf({}));
    // Without a GRU, the mean knows no order.
    const reversed = embeddingOf({ gruUnits: [] }, indices.toReversed());
    embeddingOf({ gruUnits: [] }).forEach((value, i) =>
      assert.ok(Math.abs(value - reversed[i]!) < 1e-5),
    );
  });
});

test('weights of another model are taken where name and shape fit', () => {
  const weights = initialWeights(config, 1);
  const tuned = initialWeights(compactCrnn(96, ['a', 'b']), 2, saveWeights(weights));
  const values = (of: typeof weights, name: string) => [...of.get(name)!.dataSync()];
  assert.deepEqual(values(tuned, 'conv0/kernel'), values(weights, 'conv0/kernel'));
  assert.deepEqual(tuned.get('labels/kernel')!.shape, [64, 2]);
  tf.dispose([...weights.values(), ...tuned.values()]);
});

test('standardising removes the level and keeps 80 dB', () => {
  const standardization = { mean: Float32Array.of(-30, -40), deviation: Float32Array.of(10, 20) };
  const input = (level: number) =>
    tf.tensor3d([
      [
        [0, -20, -200],
        [-10, -40, -60],
      ].map((row) => row.map((x) => x + level)),
    ]);
  const quiet = standardize(input(-50) as Tensor3D, standardization).arraySync();
  assert.deepEqual(quiet, [
    [
      [3, 1, -5],
      [1.5, 0, -1],
    ],
  ]);
  assert.deepEqual(standardize(input(20) as Tensor3D, standardization).arraySync(), quiet);
});
