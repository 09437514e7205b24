import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitTemperature, seededRandom } from '../src/index.ts';

/** Logits of three classes and outcomes drawn from softmax(logits / temperature). */
function drawn(count: number, temperature: number) {
  const random = seededRandom(5);
  const logits = Array.from({ length: count }, () => [0, 0, 0].map(() => 6 * random() - 3));
  const truth = logits.map((row) => {
    const powers = row.map((logit) => Math.exp(logit / temperature));
    let left = random() * powers.reduce((a, b) => a + b, 0);
    return powers.findIndex((power) => (left -= power) < 0);
  });
  return { logits, truth };
}

for (const temperature of [0.5, 1, 3]) {
  test(`finds a temperature of ${temperature} again`, () => {
    const { logits, truth } = drawn(4000, temperature);
    const found = fitTemperature(logits, truth);
    assert.ok(Math.abs(Math.log(found / temperature)) < 0.1, `${found}`);
  });
}

test('is the minimum of the negative log likelihood', () => {
  const { logits, truth } = drawn(300, 2);
  const cost = (temperature: number) =>
    logits.reduce((sum, row, i) => {
      const powers = row.map((logit) => Math.exp(logit / temperature));
      return sum - Math.log(powers[truth[i]!]! / powers.reduce((a, b) => a + b, 0));
    }, 0);
  const found = fitTemperature(logits, truth);
  for (const factor of [0.97, 1.03]) assert.ok(cost(found) < cost(found * factor));
});
