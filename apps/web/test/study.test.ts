import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parsePlan } from '@consonance/study';
import { addArm, changeArm, removeArm } from '../src/features/experiments/arm-changes.ts';
import { sourceKey, sources } from '../src/features/experiments/sources.ts';
import { ratingOfKey, ratingsOf } from '../src/features/take-part/scale.ts';

describe('the form of a plan', () => {
  const plan = parsePlan({ seed: 1 });

  it('keeps the comparison when an arm gets another name', () => {
    const changed = { ...plan, ...changeArm(plan, 0, { name: 'by sound' }) };
    assert.deepEqual(changed.primary, ['by sound', 'method 2']);
    parsePlan(changed);
  });

  it('compares arms that are left when one of the comparison is removed', () => {
    const without = { ...plan, ...removeArm(plan, 0) };
    assert.deepEqual(without.primary, ['method 2', 'random']);
    parsePlan(without);
    assert.deepEqual(removeArm(plan, 2).primary, plan.primary);
  });

  it('adds arms under names of their own, up to as many as a plan takes', () => {
    let more = plan;
    while (more.arms.length < 6) more = { ...more, ...addArm(more) };
    parsePlan(more);
  });

  it('finds its own entry for every source', () => {
    for (const [key, { source }] of Object.entries(sources)) assert.equal(sourceKey(source), key);
  });
});

describe('keys for ratings', () => {
  it('are L and D, or the digits of the scale', () => {
    assert.equal(ratingOfKey('like', 'L'), 1);
    assert.equal(ratingOfKey('like', 'd'), 0);
    assert.equal(ratingOfKey('like', '1'), undefined);
    assert.equal(ratingOfKey(7, '7'), 7);
    assert.equal(ratingOfKey(5, '7'), undefined);
    assert.equal(ratingOfKey(5, '0'), undefined);
    assert.deepEqual(ratingsOf(5), [1, 2, 3, 4, 5]);
  });
});
