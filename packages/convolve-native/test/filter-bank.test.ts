import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type BankShape, FilterBank, hasFilterBanks } from '../src/index.ts';

/** The definition, in double precision. */
function directly(shape: BankShape, kernel: Float32Array, image: Float32Array): Float32Array {
  const { frames, bands, kernelFrames, kernelBands, filters, bandStride, before } = shape;
  const answers = new Float32Array(frames * filters).fill(-Infinity);
  for (let frame = 0; frame < frames; frame++) {
    for (let band = 0; band + kernelBands <= bands; band += bandStride) {
      for (let filter = 0; filter < filters; filter++) {
        let sum = 0;
        for (let t = 0; t < kernelFrames; t++) {
          const row = frame + t - before;
          if (row < 0 || row >= frames) continue;
          for (let k = 0; k < kernelBands; k++) {
            const weight = kernel[(t * kernelBands + k) * filters + filter]!;
            sum += weight * image[row * bands + band + k]!;
          }
        }
        const at = frame * filters + filter;
        answers[at] = Math.max(answers[at]!, sum);
      }
    }
  }
  return answers;
}

const values = (count: number, seed: number): Float32Array => {
  let state = seed + 1;
  return Float32Array.from({ length: count }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 30 - 1;
  });
};

const shapes = fc
  .record({
    frames: fc.integer({ min: 1, max: 40 }),
    bands: fc.integer({ min: 1, max: 40 }),
    kernelFrames: fc.integer({ min: 1, max: 50 }),
    kernelBands: fc.integer({ min: 1, max: 40 }),
    filters: fc.integer({ min: 1, max: 19 }),
    bandStride: fc.integer({ min: 1, max: 3 }),
    before: fc.nat(49),
  })
  .filter((shape) => shape.kernelBands <= shape.bands && shape.before < shape.kernelFrames);

test('answers are those of the definition, for any sizes', { skip: !hasFilterBanks }, () => {
  fc.assert(
    fc.property(shapes, fc.nat(1000), fc.integer({ min: 0, max: 5 }), (shape, seed, count) => {
      const { frames, bands, kernelFrames, kernelBands, filters } = shape;
      const kernel = values(kernelFrames * kernelBands * filters, seed);
      const images = values(count * frames * bands, seed + 1);
      const answers = new FilterBank(shape, kernel).apply(images, count);
      for (let i = 0; i < count; i++) {
        const image = images.subarray(i * frames * bands, (i + 1) * frames * bands);
        const expected = directly(shape, kernel, image);
        const received = answers.subarray(i * frames * filters, (i + 1) * frames * filters);
        const scale = Math.sqrt(kernelFrames * kernelBands);
        expected.forEach((value, at) => assert.ok(Math.abs(value - received[at]!) < 1e-5 * scale));
      }
    }),
    { numRuns: 60 },
  );
});

test('sizes that do not fit are refused', { skip: !hasFilterBanks }, () => {
  const shape = { frames: 4, bands: 3, kernelFrames: 2, kernelBands: 3, filters: 1, bandStride: 1, before: 1 }; // prettier-ignore
  const kernel = new Float32Array(6);
  assert.throws(() => new FilterBank(shape, new Float32Array(5)), /Expected 6 values for kernel/);
  assert.throws(() => new FilterBank({ ...shape, bands: 2 }, kernel), /fits the image/);
  assert.throws(() => new FilterBank({ ...shape, before: 2 }, kernel), /fits the image/);
  assert.throws(() => new FilterBank({ ...shape, filters: 0 }, kernel), /for filters/);
  assert.throws(() => new FilterBank(shape, kernel).apply(new Float32Array(11), 1), /Expected 12/);
});
