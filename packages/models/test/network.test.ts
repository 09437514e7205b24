import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  compactCrnn,
  embeddingDimensions,
  forward,
  initialWeights,
  loadWeights,
  parameterCount,
  saveWeights,
  shortestInput,
  standardize,
} from '../src/network.ts';
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
