import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '@consonance/statistics';
import { preference, teamDraft } from '../src/index.ts';

const ranking = fc.uniqueArray(fc.integer({ min: 0, max: 30 }).map(String), { maxLength: 20 });

test('a draft has every song once, and either team picks its best that is left', () => {
  fc.assert(
    fc.property(
      ranking,
      ranking,
      fc.integer({ min: 0, max: 25 }),
      fc.nat(),
      (a, b, count, seed) => {
        const picks = teamDraft(a, b, count, seededRandom(seed));
        const ids = picks.map(({ trackId }) => trackId);
        assert.equal(ids.length, Math.min(count, new Set([...a, ...b]).size));
        assert.equal(new Set(ids).size, ids.length);
        picks.forEach(({ trackId, team }, i) => {
          const left = (team === 'a' ? a : b).filter((id) => !ids.slice(0, i).includes(id));
          assert.equal(trackId, left[0]);
        });
        const gap = picks.filter(({ team }) => team === 'a').length - picks.length / 2;
        if (count <= Math.min(a.length, b.length) / 2) assert.ok(Math.abs(gap) <= 0.5);
      },
    ),
  );
});

test('who plays any song of the list prefers neither method', () => {
  const random = seededRandom(20261124);
  const [a, b] = [[...'abcdefghij'], [...'cadbxyzefg']];
  const sessions = Array.from({ length: 20_000 }, () => {
    const picks = teamDraft(a, b, 5, random);
    const { team } = picks[Math.floor(random() * picks.length)]!;
    return { a: Number(team === 'a'), b: Number(team === 'b') };
  });
  const { wins, ties, share } = preference(sessions);
  assert.equal(ties, 0);
  // Five standard deviations of a fair coin.
  assert.ok(Math.abs(share! - 0.5) < 5 * Math.sqrt(0.25 / 20_000), `${wins} of 20,000`);
});

test('who likes the songs of one method prefers it', () => {
  const random = seededRandom(5);
  const [a, b] = [[...'abcde'], [...'vwxyz']];
  const sessions = Array.from({ length: 40 }, () => ({
    a: teamDraft(a, b, 5, random).filter(({ team }) => team === 'a').length,
    b: 0,
  }));
  const { share, interval, pValue } = preference(sessions);
  assert.equal(share, 1);
  assert.ok(interval![0] > 0.9 && pValue! < 1e-9);
});

test('a list counts once, and one that nobody touched counts for nothing', () => {
  const { share, ...counts } = preference([
    { a: 5, b: 0 },
    { a: 0, b: 1 },
    { a: -1, b: 0 },
    { a: 0, b: 0 },
  ]);
  assert.deepEqual([counts.wins, counts.losses, counts.ties, share], [1, 2, 1, 1 / 3]);
  assert.deepEqual(preference([]), {
    wins: 0,
    losses: 0,
    ties: 0,
    share: null,
    interval: null,
    pValue: null,
  });
});
