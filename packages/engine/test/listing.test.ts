import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TrackEntry, TrackStatus } from '@consonance/library';
import { atOnce, createCatalogue } from '@consonance/recommender';
import fc from 'fast-check';
import type { Collection } from '../src/collection.ts';
import {
  collectionStatus,
  facetsOf,
  listTracks,
  renewLists,
  type TrackSort,
} from '../src/track-list.ts';

interface Entry {
  id: string;
  title: string;
  artist: string | undefined;
  durationSeconds: number | undefined;
  status: TrackStatus;
}

const entry: fc.Arbitrary<Entry> = fc.record({
  id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  title: fc.constantFrom('Red', 'Blue', 'Green Red'),
  artist: fc.option(fc.constantFrom('Zoe', 'Ada'), { nil: undefined }),
  durationSeconds: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  status: fc.constantFrom('analysed' as const, 'pending', 'failed', 'vanished'),
});

const toTrack = ({ artist, durationSeconds, ...rest }: Entry): TrackEntry => ({
  ...rest,
  path: `/${rest.id}`,
  tagGenres: [],
  size: 1,
  addedAt: new Date(0),
  hasCover: false,
  searchTitle: rest.title.toLowerCase(),
  searchText: `${rest.title} ${artist ?? ''}`.toLowerCase().trim(),
  ...(artist !== undefined && { artist }),
  ...(durationSeconds !== undefined && { durationSeconds }),
});

/** Songs with an even letter are jazz, the others rock. */
function collectionOf(entries: readonly Entry[]): Collection {
  const trackOf = new Map(entries.map((each) => [each.id, toTrack(each)]));
  const analysed = [...trackOf.values()].filter(({ status }) => status === 'analysed');
  const ids = analysed.map(({ id }) => id).sort();
  const catalogue = createCatalogue({
    ids,
    dimensions: 1,
    labels: ['jazz', 'rock'],
    embeddings: new Float32Array(ids.length).fill(1),
    genres: Float32Array.from(ids.flatMap((id) => (id.charCodeAt(0) % 2 ? [0, 1] : [1, 0]))),
  });
  return { modelId: 'any', trackOf, catalogue, tracks: ids.map((id) => trackOf.get(id)!) };
}

const sorts: TrackSort[] = ['relevance', 'title', 'artist', 'duration', 'added'];
const everything = { descending: false, offset: 0, limit: 100 };

/** All that lists of it can say. */
const views = (collection: Collection) => ({
  status: collectionStatus(collection),
  facets: facetsOf(collection),
  lists: sorts.flatMap((sort) =>
    [{}, { search: 're' }, { genre: 'jazz' }, { artist: 'Ada' }, { status: 'failed' as const }].map(
      (wanted) => listTracks(collection, { ...everything, sort, ...wanted }),
    ),
  ),
});

const entries = fc.uniqueArray(entry, { selector: ({ id }) => id });

test('lists made from those before are those made from nothing', () => {
  fc.assert(
    fc.property(entries, entries, fc.boolean(), (before, after, hasBetween) => {
      const old = collectionOf(before);
      views(old);
      const changedIds = ['a', 'b', 'c', 'd', 'e', 'f'].filter(
        (id) =>
          JSON.stringify(before.find((each) => each.id === id)) !==
          JSON.stringify(after.find((each) => each.id === id)),
      );
      const [first = 'a', ...rest] = changedIds;
      const replaced = collectionOf(after);
      if (hasBetween) {
        const between = collectionOf(after);
        atOnce(renewLists(old, between, new Set([first])));
        atOnce(renewLists(between, replaced, new Set(rest)));
      } else atOnce(renewLists(old, replaced, new Set(changedIds)));
      assert.deepEqual(views(replaced), views(collectionOf(after)));
    }),
  );
});

test('pages of a list, backwards too', () => {
  const ids = ['a', 'b', 'c', 'd', 'e'];
  const collection = collectionOf(
    ids.map((id) => ({
      id,
      title: 'Red',
      artist: undefined,
      durationSeconds: 1,
      status: 'analysed',
    })),
  );
  const page = (offset: number, descending: boolean) =>
    listTracks(collection, { sort: 'title', descending, offset, limit: 2 }).tracks.map(
      ({ id }) => id,
    );
  assert.deepEqual([0, 2, 4, 6].map((offset) => page(offset, false)).flat(), ids);
  assert.deepEqual([0, 2, 4, 6].map((offset) => page(offset, true)).flat(), ids.toReversed());
});

test('the best match comes first', () => {
  const titles = ['Green Red', 'Red', 'Blue'];
  const collection = collectionOf(
    titles.map((title, i) => ({
      id: 'abc'[i]!,
      title,
      artist: i === 2 ? 'Zoe Red' : 'Ada',
      durationSeconds: 1,
      status: 'analysed',
    })),
  );
  const { tracks } = listTracks(collection, { ...everything, sort: 'relevance', search: 'RÉD' });
  assert.deepEqual(
    tracks.map(({ title }) => title),
    ['Red', 'Green Red', 'Blue'],
  );
});
