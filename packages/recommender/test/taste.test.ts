import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '@consonance/statistics';
import {
  cosineMethod,
  describeReason,
  discover,
  embeddingSpace,
  genreMethod,
  genreSpace,
  type ListenEvent,
  personalise,
  recommend,
  RecommenderError,
  similarityStatistics,
  tasteFrom,
} from '../src/index.ts';
import { planarCatalogue, randomCatalogue } from './helpers.ts';

const now = 1_700_000_000;
const day = 86_400;
const songs: Record<string, [number, string]> = {};
for (let i = 0; i < 30; i++) {
  songs[`jazz${i}`] = [i / 2, 'jazz'];
  songs[`rock${i}`] = [120 + i / 2, 'rock'];
  songs[`folk${i}`] = [240 + i / 2, 'folk'];
}
const catalogue = planarCatalogue(songs);
const play = (songId: string, ageDays = 0): ListenEvent => ({
  songId,
  kind: 'play',
  at: now - ageDays * day,
});
const taste = (events: ListenEvent[], options = {}) =>
  tasteFrom(catalogue, events, { now, random: seededRandom(1), ...options });
const times = (count: number, name: string) =>
  Array.from({ length: count }, (_, i) => play(`${name}${i}`));
const genreOf = (id: string) => id.replace(/\d+/, '');

describe('taste', () => {
  test('finds as many interests as there are, with their shares', () => {
    const both = taste([...times(9, 'jazz'), ...times(3, 'rock')]);
    assert.deepEqual(
      both.interests.map(({ centreRow, share }) => [
        genreOf(catalogue.ids[centreRow]!),
        +share.toFixed(2),
      ]),
      [
        ['jazz', 0.75],
        ['rock', 0.25],
      ],
    );
    assert.equal(taste(times(9, 'jazz')).interests.length, 1);
    assert.equal(taste([play('jazz0')]).interests.length, 1);
  });

  test('two unlike songs are two interests, a song unlike the others is one of its own', () => {
    const interestsOf = (...ids: string[]) =>
      taste(ids.map((id) => play(id)))
        .interests.map(({ rows }) => rows.map((row) => catalogue.ids[row]!))
        .toSorted((a, b) => (a[0]! < b[0]! ? -1 : 1));
    assert.deepEqual(interestsOf('jazz0', 'rock0'), [['jazz0'], ['rock0']]);
    assert.deepEqual(interestsOf('jazz0', 'rock0', 'folk0'), [['folk0'], ['jazz0'], ['rock0']]);
    assert.deepEqual(interestsOf('jazz0', 'jazz9'), [['jazz0', 'jazz9']]);
    assert.deepEqual(interestsOf('jazz0', 'jazz9', 'rock0'), [['jazz0', 'jazz9'], ['rock0']]);
    const found = discover(catalogue, taste([play('jazz0'), play('rock0')]), {
      random: seededRandom(7),
      count: 4,
      exploration: 0,
    });
    assert.deepEqual(found.map(({ id }) => genreOf(id)).sort(), ['jazz', 'jazz', 'rock', 'rock']);
  });

  test('no structure is one interest', () => {
    const noise = randomCatalogue(60, 32, 4);
    const events = noise.ids.map((id) => play(id));
    const { interests } = tasteFrom(noise, events, { now, random: seededRandom(2) });
    assert.equal(interests.length, 1);
  });

  test('what is long ago counts less', () => {
    const shareOf = (ageDays: number) => {
      const old = times(3, 'rock').map((event) => ({ ...event, at: now - ageDays * day }));
      const { interests } = taste([...times(3, 'jazz'), ...old], { halfLifeDays: 100 });
      return interests.find(({ centreRow }) => catalogue.ids[centreRow]!.startsWith('rock'))!.share;
    };
    assert.ok(Math.abs(shareOf(0) - 0.5) < 1e-6);
    const halved = Math.log1p(0.5) / (Math.log1p(0.5) + Math.log1p(1));
    assert.ok(Math.abs(shareOf(100) - halved) < 1e-6);
  });

  test('skips and dislikes add up against plays, and unknown songs are told', () => {
    const found = taste([
      play('jazz0'),
      { songId: 'jazz1', kind: 'skip', at: now, share: 0.1 },
      { songId: 'jazz0', kind: 'dislike', at: now },
      { songId: 'rock0', kind: 'like', at: now },
      play('gone'),
    ]);
    assert.deepEqual(
      [...found.disliked].map((row) => catalogue.ids[row]),
      ['jazz0', 'jazz1'],
    );
    assert.deepEqual(found.unknownIds, ['gone']);
    assert.equal(found.known.size, 3);
  });

  test('refuses what cannot be: NaN times and shares out of range', () => {
    for (const wrong of [
      { ...play('jazz0'), at: NaN },
      { ...play('jazz0'), share: 2 },
    ]) {
      assert.throws(() => taste([wrong]), /jazz0/);
    }
    assert.throws(() => taste([], { now: NaN }), RecommenderError);
    assert.throws(() => taste([], { halfLifeDays: 0 }), RecommenderError);
  });
});

describe('discovery', () => {
  const random = () => seededRandom(7);
  const history = taste([...times(6, 'jazz'), ...times(6, 'rock')]);
  const ids = (options = {}, of = history) =>
    discover(catalogue, of, { random: random(), count: 10, exploration: 0, ...options }).map(
      ({ id }) => id,
    );

  test('interests take turns, and nothing known comes back unless asked', () => {
    const found = ids();
    assert.equal(found.filter((id) => genreOf(id) === 'jazz').length, 5);
    assert.equal(found.filter((id) => genreOf(id) === 'rock').length, 5);
    const known = new Set(times(6, 'jazz').map(({ songId }) => songId));
    assert.ok(!found.some((id) => known.has(id)));
    assert.ok(ids({ includeKnown: true }).some((id) => known.has(id)));
  });

  test('goes on: what was recommended does not come again, until nothing is left', () => {
    const seen = new Set<string>();
    for (let round = 0; round < 100; round++) {
      const next = ids({ recommended: [...seen] });
      if (next.length === 0) break;
      for (const id of next) {
        assert.ok(!seen.has(id));
        seen.add(id);
      }
    }
    assert.equal(seen.size, catalogue.size - 12);
  });

  test('disliked songs never come, and those near them come later', () => {
    const events = [...times(6, 'jazz'), ...times(6, 'rock')];
    const dislikes = [20, 21, 22].map((i): ListenEvent => ({
      songId: `rock${i}`,
      kind: 'dislike',
      at: now,
    }));
    const against = taste([...events, ...dislikes]);
    const everything = ids({ count: 100, includeKnown: true }, against);
    assert.ok(!everything.some((id) => ['rock20', 'rock21', 'rock22'].includes(id)));
    const [found] = discover(catalogue, against, {
      random: random(),
      count: 1,
      exploration: 0,
      recommended: catalogue.ids.filter((id) => !['rock19', 'rock21'].includes(id)),
    });
    const history = found!.reasons.find((reason) => reason.kind === 'history')!;
    assert.ok(history.dislikePart < 0);
    assert.ok(Math.abs(history.part + history.dislikePart - found!.score) < 1e-6);
  });

  test('explores the share that is asked for, reproducibly', () => {
    const explored = (exploration: number) =>
      discover(catalogue, history, { random: random(), count: 10, exploration }).filter(
        ({ reasons }) => reasons[0]!.kind === 'exploration',
      ).length;
    assert.equal(explored(0), 0);
    assert.equal(explored(0.3), 3);
    assert.equal(explored(1), 10);
    assert.deepEqual(ids({ exploration: 0.5 }), ids({ exploration: 0.5 }));
    assert.notDeepEqual(
      ids({ exploration: 0.5 }),
      ids({ exploration: 0.5, random: seededRandom(8) }),
    );
  });

  test('a history without anything liked has no answer', () => {
    assert.throws(() => ids({}, taste([])), /Expected a history/);
  });

  test('songs that are near everything stand back, and what that gives adds up', () => {
    const high = randomCatalogue(400, 40, 3);
    const hubs = similarityStatistics(embeddingSpace(high));
    const found = (songId: string, options: object) => {
      const of = tasteFrom(high, [play(songId)], { now, random: seededRandom(1) });
      return discover(high, of, { random: seededRandom(1), exploration: 0, ...options });
    };
    const mostOften = (options: object) => {
      const ids = high.ids.flatMap((id) => found(id, options).map((song) => song.id));
      return Math.max(...[...Map.groupBy(ids, (id) => id).values()].map(({ length }) => length));
    };
    assert.ok(mostOften({ hubs }) < mostOften({}));
    const corrected = found('s1', { hubs });
    for (const { score, reasons } of corrected) {
      assert.ok(score >= 0 && score <= 1);
      const parts = reasons.map((reason) =>
        reason.kind === 'history' || reason.kind === 'hubness' ? reason.part : 0,
      );
      assert.ok(Math.abs(parts.reduce((sum, part) => sum + part, 0) - score) < 1e-6);
    }
  });

  test('keeps its promises for any history', () => {
    const event = fc.record({
      songId: fc.constantFrom(...catalogue.ids, 'unknown'),
      kind: fc.constantFrom('play', 'skip', 'like', 'dislike'),
      at: fc.integer({ min: now - 1000 * day, max: now + day }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), fc.nat(), (events, seed) => {
        const of = tasteFrom(catalogue, events, { now, random: seededRandom(seed) });
        if (of.interests.length === 0) return;
        assert.ok(Math.abs(of.interests.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-6);
        const found = discover(catalogue, of, { random: seededRandom(seed), count: 7 });
        assert.equal(found.length, Math.min(7, catalogue.size - of.known.size));
        for (const { id, score } of found) {
          assert.ok(score >= -1 && score <= 1);
          assert.ok(!of.known.has(catalogue.rowOf.get(id)!));
        }
      }),
      { numRuns: 50 },
    );
  });
});

test('a history moves the songs of a seed, and its part adds up with theirs', () => {
  const genre = genreMethod(catalogue);
  const likesRock = taste(times(8, 'rock'), {});
  const rockSpace = tasteFrom(
    catalogue,
    times(8, 'rock'),
    { now, random: seededRandom(1) },
    genreSpace(catalogue, 0.5),
  );
  for (const history of [likesRock, rockSpace]) {
    const personal = personalise(catalogue, genre, history, 0.6);
    const found = recommend(catalogue, personal, ['folk0'], { count: 89 });
    const plain = recommend(catalogue, genre, ['folk0'], { count: 89 });
    const rankOfRock = (of: typeof found) => of.findIndex(({ id }) => genreOf(id) === 'rock');
    assert.ok(rankOfRock(found) < rankOfRock(plain));
    for (const { score, reasons } of found) {
      const total = reasons.reduce(
        (sum, reason) =>
          reason.kind === 'seed-parts'
            ? sum + reason.parts.reduce((of, { part }) => of + part, 0)
            : reason.kind === 'history'
              ? sum + reason.part + reason.dislikePart
              : sum,
        0,
      );
      assert.ok(Math.abs(total - score) < 1e-6);
      for (const reason of reasons) assert.ok(describeReason(reason, (id) => id).length > 5);
    }
  }
  assert.equal(personalise(catalogue, genre, taste([])), genre);
  assert.throws(() => personalise(catalogue, genre, likesRock, 2), RecommenderError);
});

test('the best matching windows are named with their times', () => {
  const windows = [0, 30, 65].map((startSeconds, i) => ({
    startSeconds,
    embedding: Float32Array.of(i === 2 ? 3 : 0, i, 1),
  }));
  const [found] = recommend(catalogue, cosineMethod(catalogue), ['jazz0'], {
    count: 1,
    windowsOf: (id) => (id === 'jazz0' ? windows.slice(2) : windows),
  });
  const match = found!.reasons.find((reason) => reason.kind === 'matching-windows')!;
  assert.deepEqual([match.seedId, match.startSeconds, match.seedStartSeconds], ['jazz0', 65, 65]);
  assert.ok(Math.abs(match.similarity - 1) < 1e-6);
  assert.match(
    describeReason(match, (id) => id),
    /at 1:05 like jazz0 at 1:05/,
  );
  assert.equal(embeddingSpace(catalogue).vectors, catalogue.embeddings);
});
