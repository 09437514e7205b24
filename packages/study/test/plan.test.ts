import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { analysePower, parsePlan, planHash, recommendedAndSet } from '../src/index.ts';

const seed = 20261124;

describe('a plan', () => {
  test("without any field but the seed is the paper's, with controls", () => {
    const plan = parsePlan({ seed });
    assert.deepEqual(
      plan.arms.map(({ source, songs }) => [source.kind, songs]),
      [
        ['method', 5],
        ['method', 5],
        ['random', 5],
      ],
    );
    assert.deepEqual(plan.primary, ['method 1', 'method 2']);
    assert.deepEqual(
      [plan.seedCount, plan.clipSeconds, plan.scale, plan.likeFrom],
      [5, 30, 'like', 1],
    );
  });
  test('of five recommended and ten set songs', () => {
    const ids = Array.from({ length: 10 }, (_, i) => `song ${i}`);
    const { arms } = parsePlan({ ...recommendedAndSet(ids), seed });
    assert.deepEqual(
      arms.map(({ songs }) => songs),
      [5, 10],
    );
    assert.throws(() => parsePlan({ ...recommendedAndSet(ids.slice(1)), seed }), {
      code: 'BAD_PLAN',
      message: /at least as many trackIds as songs for arms\.1\.source\.trackIds/,
    });
  });
  test('on points counts the upper ones as liked', () => {
    assert.equal(parsePlan({ seed, scale: 5 }).likeFrom, 4);
    assert.equal(parsePlan({ seed, scale: 7 }).likeFrom, 5);
  });
  test('is its own plan again', () => {
    const plan = parsePlan({ seed });
    assert.deepEqual(parsePlan(plan), plan);
    assert.deepEqual(parsePlan(JSON.parse(JSON.stringify(plan))), plan);
  });
});

test('the hash is of the content, not of the order of the fields', () => {
  const plan = parsePlan({ seed, title: 'One' });
  const turned = Object.fromEntries(Object.entries(plan).reverse()) as typeof plan;
  assert.match(planHash(plan), /^[0-9a-f]{64}$/);
  assert.equal(planHash(turned), planHash(plan));
  assert.notEqual(planHash(parsePlan({ seed, title: 'Two' })), planHash(plan));
  assert.notEqual(planHash({ ...plan, arms: plan.arms.toReversed() }), planHash(plan));
});

test('the default sample size has the power that the plan asks for', () => {
  const { participants, power } = analysePower(parsePlan({ seed }));
  assert.equal(participants, 34);
  assert.ok(power >= 0.8 && power < 0.82);
});

describe('refused, by the name of the field', () => {
  const random = (name: string) => ({ name, source: { kind: 'random' }, songs: 5 });
  const cases: [string, object, RegExp][] = [
    ['no seed', {}, /for seed but received undefined/],
    [
      'a misspelt option',
      { seed, sampelSize: 30 },
      /^Expected a known option for the plan but received "sampelSize"\.$/,
    ],
    ['one arm', { seed, arms: [random('a')] }, /for arms but received/],
    ['two arms of one name', { seed, arms: [random('a'), random('a')] }, /different name .* arms/],
    [
      'a name that the CSV could not keep',
      { seed, arms: [random('a;b'), random('c')] },
      /arms\.0\.name/,
    ],
    [
      'a variant of method 1',
      {
        seed,
        arms: [
          { ...random('a'), source: { kind: 'method', method: 1, variant: 'soft' } },
          random('b'),
        ],
      },
      /no variant with method 1 for arms\.0\.source\.variant but received "soft"/,
    ],
    ['a scale of four points', { seed, scale: 4 }, /for scale but received 4/],
    [
      'likes from below the scale',
      { seed, scale: 5, likeFrom: 1 },
      /2 to 5 for likeFrom but received 1/,
    ],
    [
      'a longer wait than the clip',
      { seed, clipSeconds: 10, minimumListenSeconds: 11 },
      /at most clipSeconds/,
    ],
    ['an unknown primary arm', { seed, primary: ['method 1', 'method 3'] }, /two arms for primary/],
    ['text', { seed, alpha: '0.05' }, /for alpha but received "0\.05"/],
  ];
  for (const [name, input, message] of cases)
    test(name, () => assert.throws(() => parsePlan(input), { code: 'BAD_PLAN', message }));
  test('no plan at all', () => {
    assert.throws(() => parsePlan(null), {
      code: 'BAD_PLAN',
      message: /for the plan but received null/,
    });
  });
});
