/** What the order of the clips gives away: nothing. Bounds of chi-squared are its 0.999999 quantiles. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  type AssignedClip,
  assignClips,
  parsePlan,
  recommendedAndSet,
  type StudyPlan,
  williamsDesign,
} from '../src/index.ts';

const draws = 10_000;
const seedIds = ['s1', 's2', 's3', 's4', 's5'];

/** Songs of their own for every arm. */
const distinct = (plan: StudyPlan): Record<string, string[]> =>
  Object.fromEntries(
    plan.arms.map(({ name, songs }) => [
      name,
      Array.from({ length: songs }, (_, i) => `${name} ${i}`),
    ]),
  );

const assignAll = (
  plan: StudyPlan,
  recommendations = distinct(plan),
  count = draws,
): AssignedClip[][] =>
  Array.from({ length: count }, (_, i) =>
    assignClips({ plan, participantNumber: i + 1, recommendations, seedIds }),
  );

const chiSquared = (counts: readonly number[], expected: readonly number[]): number =>
  counts.reduce((sum, count, i) => sum + (count - expected[i]!) ** 2 / expected[i]!, 0);

const plans = {
  'two methods and controls': parsePlan({ seed: 11, attentionChecks: 0 }),
  'five recommended and ten set': parsePlan({
    ...recommendedAndSet(Array.from({ length: 10 }, (_, i) => `song ${i}`)),
    seed: 12,
    attentionChecks: 0,
  }),
  'arms of sizes without a common divisor': parsePlan({
    arms: [
      { name: 'a', source: { kind: 'random' }, songs: 2 },
      { name: 'b', source: { kind: 'popularity' }, songs: 3 },
    ],
    seed: 13,
    attentionChecks: 0,
  }),
};

for (const [title, plan] of Object.entries(plans))
  describe(title, () => {
    const all = assignAll(plan);
    const total = all[0]!.length;

    test('every arm stands equally often at every position', () => {
      for (let position = 0; position < total; position++) {
        const arms = all.map((clips) => clips[position]!.arms[0]!);
        const counts = plan.arms.map(({ name }) => arms.filter((arm) => arm === name).length);
        const expected = plan.arms.map(({ songs }) => (draws * songs) / total);
        // Counterbalanced, so only a cycle that 10,000 participants do not fill may differ.
        counts.forEach((count, i) =>
          assert.ok(Math.abs(count - expected[i]!) <= 2 * total, `${position}: ${counts}`),
        );
        assert.ok(chiSquared(counts, expected) < 1, `position ${position}`);
      }
    });

    test('every song stands equally often at every position', () => {
      for (const { name, songs } of plan.arms) {
        const counts = Array.from({ length: songs }, () => new Array<number>(total).fill(0));
        for (const clips of all)
          clips.forEach(({ trackId, arms }, position) => {
            if (arms[0] === name) counts[Number(trackId.split(' ').at(-1))]![position]!++;
          });
        const cells = counts.flat();
        const statistic = chiSquared(cells, new Array(cells.length).fill(draws / total));
        const freedom = cells.length - 1;
        // Wilson and Hilferty's approximation of the quantile.
        const bound = freedom * (1 - 2 / (9 * freedom) + 4.75 * Math.sqrt(2 / (9 * freedom))) ** 3;
        assert.ok(statistic < bound, `${name}: ${statistic} of ${bound}`);
      }
    });

    test('who knows the orders of the others guesses an arm no better than by its size', () => {
      const half = draws / 2;
      const largest = Math.max(...plan.arms.map(({ songs }) => songs)) / total;
      // The most frequent arm of a context among the first half, tried on the second.
      const contexts = {
        position: (_: string[], position: number) => `${position}`,
        'position and the clip before': (arms: string[], position: number) =>
          position % blockOf(plan) === 0 ? `${position} ${arms[position - 1]}` : `${position}`,
      };
      for (const [name, contextOf] of Object.entries(contexts)) {
        const seen = new Map<string, Map<string, number>>();
        let right = 0;
        all.forEach((clips, participant) => {
          const arms = clips.map((clip) => clip.arms[0]!);
          arms.forEach((arm, position) => {
            const context = contextOf(arms, position);
            const counts = seen.get(context) ?? new Map<string, number>();
            if (participant < half) seen.set(context, counts.set(arm, (counts.get(arm) ?? 0) + 1));
            else {
              const [guess] = [...counts].sort((a, b) => b[1] - a[1])[0]!;
              if (guess === arm) right++;
            }
          });
        });
        const tries = half * total;
        const chance = largest + 5 * Math.sqrt((largest * (1 - largest)) / tries);
        assert.ok(right / tries < chance, `${name}: ${right / tries} against ${chance}`);
      }
    });
  });

/** Positions after which the arms are drawn anew. */
function blockOf(plan: StudyPlan): number {
  const songs = plan.arms.map((arm) => arm.songs);
  const divisor = songs.reduce((a, b) => {
    while (b > 0) [a, b] = [b, a % b];
    return a;
  });
  return songs.reduce((a, b) => a + b, 0) / divisor;
}

test('in a cycle of participants the balance is exact', () => {
  const plan = parsePlan({ seed: 5, attentionChecks: 0 });
  const six = Array.from({ length: 6 }, (_, i) =>
    assignClips({ plan, participantNumber: 61 + i, recommendations: distinct(plan), seedIds }),
  );
  for (let position = 0; position < 15; position++)
    for (const { name } of plan.arms)
      assert.equal(six.filter((clips) => clips[position]!.arms[0] === name).length, 2);
});

test('in a Williams design everything follows everything else equally often', () => {
  for (let size = 2; size <= 9; size++) {
    const rows = williamsDesign(size);
    const follows = new Map<string, number>();
    for (const row of rows) {
      assert.equal(new Set(row).size, size);
      row.slice(1).forEach((treatment, i) => {
        const pair = `${row[i]} ${treatment}`;
        follows.set(pair, (follows.get(pair) ?? 0) + 1);
      });
    }
    assert.equal(follows.size, size * (size - 1));
    assert.equal(new Set(follows.values()).size, 1);
    for (let column = 0; column < size; column++) {
      const values = rows.map((row) => row[column]);
      assert.ok(values.every((v) => values.filter((w) => w === v).length === rows.length / size));
    }
  }
});

describe('songs of several arms', () => {
  const plan = parsePlan({ seed: 3, attentionChecks: 0 });
  const recommendations = distinct(plan);
  recommendations['method 2']![1] = recommendations['method 1']![4]!;
  recommendations['random']![0] = recommendations['method 1']![4]!;
  const shared = recommendations['method 1']![4]!;
  const all = assignAll(plan, recommendations);

  test('are played once and count for all of them', () => {
    for (const clips of all.slice(0, 200)) {
      assert.equal(clips.length, 13);
      assert.equal(new Set(clips.map(({ trackId }) => trackId)).size, 13);
      const { arms } = clips.find(({ trackId }) => trackId === shared)!;
      assert.deepEqual(arms, ['method 1', 'method 2', 'random']);
      for (const { name, songs } of plan.arms)
        assert.equal(clips.filter((clip) => clip.arms.includes(name)).length, songs);
    }
  });
  test('leave every clip equally often at every position', () => {
    for (const trackId of [shared, ...distinct(plan)['random']!.slice(1)]) {
      const counts = new Array<number>(13).fill(0);
      for (const clips of all) counts[clips.findIndex((clip) => clip.trackId === trackId)]!++;
      // 12 degrees of freedom.
      assert.ok(chiSquared(counts, new Array(13).fill(draws / 13)) < 54, `${trackId}: ${counts}`);
    }
  });
});

test('the attention check is a song of the participant, not first, and asks for either end of the scale', () => {
  const plan = parsePlan({ seed: 8, scale: 7 });
  const asked = new Set<number>();
  const positions = new Set<number>();
  for (const clips of assignAll(plan, distinct(plan), 500)) {
    assert.equal(clips.length, 16);
    const [check, ...others] = clips.filter(({ attention }) => attention !== undefined);
    assert.deepEqual(others, []);
    assert.ok(seedIds.includes(check!.trackId));
    assert.deepEqual(check!.arms, []);
    asked.add(check!.attention!);
    positions.add(check!.clip);
  }
  assert.deepEqual([...asked].sort(), [1, 7]);
  assert.deepEqual(
    [...positions].sort((a, b) => a - b),
    Array.from({ length: 15 }, (_, i) => i + 2),
  );
});

test('any study: all songs once, numbered, and the same again for the same participant', () => {
  const arms = fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 2, maxLength: 6 });
  fc.assert(
    fc.property(arms, fc.nat(1000), fc.nat(), (sizes, participant, seed) => {
      const plan = parsePlan({
        arms: sizes.map((songs, i) => ({ name: `arm ${i}`, source: { kind: 'random' }, songs })),
        seed: seed % 2 ** 32,
      });
      const recommendations = distinct(plan);
      const input = { plan, participantNumber: participant + 1, recommendations, seedIds };
      const clips = assignClips(input);
      assert.deepEqual(assignClips(input), clips);
      assert.deepEqual(
        clips.map(({ clip }) => clip),
        clips.map((_, i) => i + 1),
      );
      assert.deepEqual(
        clips
          .filter(({ attention }) => attention === undefined)
          .map(({ trackId }) => trackId)
          .sort(),
        Object.values(recommendations).flat().sort(),
      );
    }),
    { numRuns: 50 },
  );
});

test('an arm that recommends too little is named', () => {
  const plan = parsePlan({ seed: 1 });
  const input = { plan, participantNumber: 1, seedIds };
  for (const songs of [[], ['a', 'b', 'c', 'd'], ['a', 'b', 'c', 'd', 'd']])
    assert.throws(
      () => assignClips({ ...input, recommendations: { ...distinct(plan), random: songs } }),
      { code: 'BAD_RECOMMENDATIONS', message: /Expected 5 different songs for arm "random"/ },
    );
});
