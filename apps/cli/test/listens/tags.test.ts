import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cosineMethod, genreProfile } from '@consonance/recommender';
import { tagCatalogue } from '../../src/listens/tag-catalogue.ts';
import { genresOfTag } from '../../src/listens/tag-genres.ts';

test('tags speak of genres in whole words', () => {
  for (const [tag, expected] of Object.entries({
    'Classic Rock': ['rock'],
    classical: ['classical'],
    'folk metal': ['folk', 'rock'],
    'acid jazz': ['jazz'],
    'hip hop': ['hip-hop'],
    'trip-hop': ['electronic'],
    trap: [],
    electropop: ['electronic'],
    'post-rock': ['instrumental', 'rock'],
    pop: [],
    'female vocalists': [],
  })) {
    assert.deepEqual(genresOfTag(tag), expected, tag);
  }
});

test('items with the same tags are alike, and one without tags is like none of them', () => {
  const catalogue = tagCatalogue(
    ['a', 'b', 'c', 'untagged'],
    [
      { item: 'a', tag: 'jazz' },
      { item: 'a', tag: 'swing' },
      { item: 'b', tag: 'jazz' },
      { item: 'b', tag: 'swing' },
      { item: 'c', tag: 'metal' },
      { item: 'c', tag: 'metal' },
      { item: 'c', tag: 'folk' },
      { item: 'elsewhere', tag: 'metal' },
    ],
  );
  const scores = cosineMethod(catalogue.tags).score({ rows: [0] });
  assert.ok(scores[1]! > 0.99 && scores[2]! < 0.1);
  assert.ok(scores[3]! < scores[1]!);
  const profile = genreProfile(catalogue.tags, 2);
  assert.ok(Math.abs(profile.rock! - 2 / 3) < 1e-6 && Math.abs(profile.folk! - 1 / 3) < 1e-6);
  assert.ok(
    Object.values(genreProfile(catalogue.tags, 3)).every((p) => Math.abs(p - 1 / 7) < 1e-6),
  );
  assert.deepEqual([catalogue.tagged, catalogue.withGenre], [3, 3]);
  assert.deepEqual([0, 1, 2, 3].map(catalogue.isTagged), [true, true, true, false]);
});
