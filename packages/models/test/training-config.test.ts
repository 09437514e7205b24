import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '@consonance/statistics';
import { augmentedCrop, noAugmentation, symmetricBeta } from '../src/training/augment.ts';
import { recipes, trainingConfig } from '../src/training/config.ts';

test("the paper's recipe is labels alone on whole windows; a change keeps the rest", () => {
  const { augmentation, contrastWeight, distillationWeight, epochs, cropFrames } = recipes.paper;
  assert.deepEqual(
    { augmentation, contrastWeight, distillationWeight, epochs, cropFrames },
    {
      augmentation: noAugmentation,
      contrastWeight: 0,
      distillationWeight: 0,
      epochs: 100,
      cropFrames: undefined,
    },
  );
  const changed = trainingConfig('product', { augmentation: { gain: 6 } as never, epochs: 3 });
  assert.deepEqual(changed, {
    ...recipes.product,
    epochs: 3,
    augmentation: { ...recipes.product.augmentation, gain: 6 },
  });
});

test('a setting that is misspelt, out of range or excluded by another is named', () => {
  const refused = (changes: object, pattern: RegExp) =>
    assert.throws(() => trainingConfig('paper', changes), pattern);
  refused({ epoch: 3 }, /Expected only seed, epochs, .* for epoch/);
  refused({ epochs: 0 }, /a positive integer for epochs but received 0/);
  refused({ learningRate: '1' }, /for learningRate but received "1"/);
  refused({ augmentation: { gian: 1 } }, /Expected only speed, .* for augmentation.gian/);
  refused({ augmentation: { mixup: 2 } }, /from 0 to 1 for augmentation.mixup but received 2/);
  refused({ contrastWeight: 1 }, /2, because of contrastWeight, for cropsPerClip/);
  const mixed = { contrastWeight: 1, cropsPerClip: 2, augmentation: { mixup: 0.2 } };
  refused(mixed, /0, because of contrast or distillation, for augmentation.mixup/);
  assert.throws(() => trainingConfig('papre' as never, {}), /one of paper, product for recipe/);
});

test('gain is a steady change of level along the crop', () => {
  const mel = new Float32Array(4 * 20).fill(-30);
  const out = new Float32Array(4 * 20);
  augmentedCrop(mel, 4, out, { ...noAugmentation, gain: 12 }, seededRandom(3));
  const steps = [...out.subarray(1, 20)].map((value, i) => value - out[i]!);
  assert.ok(Math.abs(steps[0]!) > 0.01 && Math.abs(20 * steps[0]!) <= 12);
  assert.ok(steps.every((step) => Math.abs(step - steps[0]!) < 1e-4));
  assert.deepEqual([...out.subarray(60, 80)], [...out.subarray(0, 20)]);
});

test('the weights of mixup have the moments of the Beta distribution', () => {
  const random = seededRandom(1);
  for (const a of [0.2, 1]) {
    const drawn = Array.from({ length: 20_000 }, () => symmetricBeta(a, random));
    const mean = drawn.reduce((sum, x) => sum + x, 0) / drawn.length;
    const variance = drawn.reduce((sum, x) => sum + (x - mean) ** 2, 0) / drawn.length;
    assert.ok(Math.abs(mean - 0.5) < 0.01, `${mean}`);
    assert.ok(Math.abs(variance - 1 / (4 * (2 * a + 1))) < 0.01, `${variance}`);
  }
});
