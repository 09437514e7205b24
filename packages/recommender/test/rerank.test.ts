import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { RecommenderError } from '../src/index.ts';
import {
  baseName,
  capAlbums,
  capArtists,
  collapseVersions,
  cosineMethod,
  type Filter,
  diversify,
  embeddingSpace,
  filterDuration,
  filterGenres,
  foldName,
  hubness,
  mutualProximity,
  pipeline,
  recommend,
  similarityStatistics,
  type Song,
  type Step,
} from '../src/index.ts';
import { planarCatalogue, randomCatalogue } from './helpers.ts';

const catalogue = planarCatalogue({
  seed: [0, 'jazz'],
  a1: [1, 'jazz'],
  a2: [2, 'jazz'],
  a3: [3, 'rock'],
  b1: [30, 'jazz'],
  mix: [31, 'folk'],
  c1: [60, 'rock'],
});
const songs: Song[] = [
  { id: 'seed', artist: 'A', title: 'Seed', album: 'One', durationSeconds: 200 },
  { id: 'a1', artist: 'A', title: 'Hit', album: 'One', durationSeconds: 180 },
  { id: 'a2', artist: 'a', title: 'Hit (Live at Home)', album: 'Two', durationSeconds: 240 },
  { id: 'a3', artist: 'Ä', title: 'Other', album: 'One', durationSeconds: 181 },
  { id: 'b1', artist: 'B', title: 'Song', durationSeconds: 90 },
  { id: 'mix', artist: 'DJ', title: 'Mix', durationSeconds: 3600 },
  { id: 'c1', title: 'No artist' },
];
const space = embeddingSpace(catalogue);
const found = (rerank: Step, count = 10) =>
  recommend(catalogue, cosineMethod(catalogue), ['seed'], { count, rerank });
const passing = (...filters: Filter[]) =>
  recommend(catalogue, cosineMethod(catalogue), ['seed'], { filters }).map(({ id }) => id);
const ids = (rerank: Step, count = 10) => found(rerank, count).map(({ id }) => id);

describe('re-ranking', () => {
  test('caps songs of an artist and of an album, whatever the spelling', () => {
    assert.deepEqual(ids(capArtists(songs, 1)), ['a1', 'b1', 'mix', 'c1']);
    assert.deepEqual(ids(capAlbums(songs, 1)), ['a1', 'a2', 'b1', 'mix', 'c1']);
  });

  test('a library of one artist gives fewer songs, not an error', () => {
    const one = songs.map((song) => ({ ...song, artist: 'A' }));
    assert.deepEqual(ids(capArtists(one, 2)), ['a1', 'a2']);
  });

  test('filters by duration and genre; unknown durations stay', () => {
    assert.deepEqual(passing(filterDuration(songs)), ['a1', 'a2', 'a3', 'b1', 'c1']);
    const short = filterDuration(songs, { minimumSeconds: 100, maximumSeconds: 200 });
    assert.deepEqual(passing(short), ['a1', 'a3', 'c1']);
    assert.deepEqual(passing(filterGenres(catalogue, ['rock', 'folk'])), ['a3', 'mix', 'c1']);
  });

  test('collapses versions and near-duplicates and lists them', () => {
    const collapsed = found(collapseVersions(space, songs));
    assert.deepEqual(
      collapsed.map(({ id, collapsed }) => [id, collapsed]),
      [
        ['a1', ['a2', 'a3']],
        ['b1', undefined],
        ['mix', undefined],
        ['c1', undefined],
      ],
    );
    const strict = collapseVersions(space, songs, { minimumSimilarity: 1 });
    assert.deepEqual(ids(strict), ['a1', 'a3', 'b1', 'mix', 'c1']);
  });

  test('versions of a seed go', () => {
    const withVersion = songs.with(1, { ...songs[1]!, title: 'Seed - 2011 Remaster' });
    const strict = collapseVersions(space, withVersion, { minimumSimilarity: 1 });
    assert.ok(!ids(strict).includes('a1'));
  });

  test('diversity trades nearness for variety', () => {
    assert.deepEqual(ids(diversify(space, 1), 3), ['a1', 'a2', 'a3']);
    assert.deepEqual(ids(diversify(space, 0.4), 2), ['a1', 'c1']);
  });

  test('steps follow each other, and the pool grows until there are enough songs', () => {
    assert.deepEqual(ids(pipeline(capAlbums(songs, 1), capArtists(songs, 1)), 2), ['a1', 'b1']);
    const large = randomCatalogue(3000, 4, 1);
    const order = cosineMethod(large).score({ rows: [0] });
    const farthest = [...order.keys()].sort((a, b) => order[a]! - order[b]!)[0]!;
    const onlyFarthest: Step = (candidates) => candidates.filter(({ row }) => row === farthest);
    const [only] = recommend(large, cosineMethod(large), ['s0'], { rerank: onlyFarthest });
    assert.equal(only!.id, `s${farthest}`);
  });

  test('refuses options out of range', () => {
    for (const wrong of [
      () => capArtists(songs, 0),
      () => filterDuration(songs, { maximumSeconds: NaN }),
      () => filterGenres(catalogue, ['polka']),
      () => diversify(space, 2),
      () => collapseVersions(space, songs, { minimumSimilarity: 7 }),
    ]) {
      assert.throws(wrong, (error) => (error as RecommenderError).code === 'BAD_OPTION');
    }
  });
});

describe('names', () => {
  test('fold case, diacritics and punctuation in any script', () => {
    assert.equal(foldName('Beyoncé & JAY-Z'), 'beyonce and jay z');
    assert.equal(foldName('Don’t'), foldName("don't"));
    assert.equal(foldName('Молчат Дома'), 'молчат дома');
    assert.equal(foldName('???'), '???');
  });

  test('leave out what tells versions apart', () => {
    for (const version of [
      'Song (Live)',
      'Song [2011 Remaster] (Deluxe)',
      'Song feat. Guest',
      'Song (ft. Guest) [Mono]',
      'Song - Remastered 2009',
      'SONG - Radio Edit',
    ]) {
      assert.equal(baseName(version), 'song', version);
    }
    assert.equal(baseName("(I Can't Get No) Satisfaction"), 'i cant get no satisfaction');
    assert.equal(baseName('(Intro)'), 'intro');
    assert.equal(baseName('Left - Right'), 'left right');
    assert.equal(baseName('Feather'), 'feather');
  });

  test('are never empty and fold to themselves', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        assert.equal(foldName(foldName(name)), foldName(name));
        assert.equal(foldName(name) === '', name.trim() === '');
        assert.equal(baseName(name) === '', name.trim() === '');
      }),
    );
  });
});

describe('hubness', () => {
  test('statistics equal those of all pairs', () => {
    const random = randomCatalogue(50, 5, 2);
    const { mean, deviation } = similarityStatistics(embeddingSpace(random));
    for (let row = 0; row < random.size; row++) {
      const all = [...cosineMethod(random).score({ rows: [row] })];
      const average = all.reduce((sum, x) => sum + x, 0) / all.length;
      const square = all.reduce((sum, x) => sum + (x - average) ** 2, 0) / all.length;
      assert.ok(Math.abs(mean[row]! - average) < 1e-5);
      assert.ok(Math.abs(deviation[row]! - Math.sqrt(square)) < 1e-5);
    }
  });

  test('mutual proximity takes songs that are near everything back', () => {
    const high = randomCatalogue(400, 40, 3);
    const cosine = cosineMethod(high);
    const corrected = mutualProximity(cosine, similarityStatistics(embeddingSpace(high)));
    assert.ok(hubness(corrected) < hubness(cosine));
    for (const { score, reasons } of recommend(high, corrected, ['s1', 's2'])) {
      assert.ok(score >= 0 && score <= 1);
      const parts = reasons.flatMap((reason) =>
        reason.kind === 'seed-parts'
          ? reason.parts.map(({ part }) => part)
          : reason.kind === 'hubness'
            ? reason.part
            : [],
      );
      assert.ok(Math.abs(parts.reduce((sum, part) => sum + part, 0) - score) < 1e-6);
    }
  });

  test('is 0 when every song has its turn', () => {
    const ring = planarCatalogue(
      Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`s${i}`, [30 * i, 'jazz']])),
    );
    assert.equal(hubness(cosineMethod(ring), { count: 2 }), 0);
  });
});
