import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import type { Database } from '../src/database.ts';
import type { Library } from '../src/library.ts';
import { type NeighbourQuery, indexNeighbours } from '../src/neighbours.ts';
import { emptyDatabase, unit } from './helpers.ts';

const model = { modelId: "o'Brien's model", dimensions: 7 };
const other = { modelId: 'with three numbers', dimensions: 3 };
const labels = ['low', 'high'];
const tracks = 2000;

let db: Database;
let library: Library;
let songs: { id: string; embedding: Float32Array; low: number; duration: number | null }[];

/** Songs scattered evenly; one in three has no duration, every hundredth has vanished. */
async function fill(): Promise<void> {
  ({ db, library } = await emptyDatabase());
  let drawn = 0;
  const random = () => Math.abs((43758.5453 * Math.sin(++drawn)) % 1);
  songs = Array.from({ length: tracks }, (_, n) => ({
    id: String(n).padStart(12, '0'),
    embedding: unit(Array.from({ length: model.dimensions }, () => random() - 0.5)),
    low: random(),
    duration: n % 3 === 0 ? null : n,
  }));
  await db
    .insertInto('models')
    .values([
      { model_id: model.modelId, dimensions: model.dimensions, labels, front_end: '{}' },
      { model_id: other.modelId, dimensions: other.dimensions, labels, front_end: '{}' },
    ])
    .execute();
  const rows = songs.map(({ embedding, low, ...song }, n) => ({
    ...song,
    isGone: n % 100 === 0,
    embedding: `[${embedding}]`,
    genres: `{${low},${1 - low}}`,
  }));
  await sql`
    with given as (select * from json_to_recordset(${JSON.stringify(rows)}) as t
      (id text, embedding text, genres text, duration float8, "isGone" boolean)),
    new_tracks as (
      insert into tracks (id, path, size, mtime, duration, search_title, search_text, vanished_at)
      select id, id, 1, 1, duration, id, id, case when "isGone" then now() end from given returning id)
    insert into features (model_id, track_id, embedding, genres, window_starts, window_embeddings)
    select model, given.id, case when model = ${other.modelId} then '[1,0,0]'::vector else embedding::vector end,
      genres::real[], '{}', '{}'
    from given join new_tracks on new_tracks.id = given.id,
      unnest(${[model.modelId, other.modelId]}::text[]) as model`.execute(db);
}

let filled: Promise<void> | undefined;

const point = unit([1, -2, 3, -1, 0.5, 0, 1]);

function exact(count: number, passes: (song: (typeof songs)[number]) => boolean = () => true) {
  const cosine = ({ embedding }: (typeof songs)[number]) =>
    embedding.reduce((sum, value, i) => sum + value * point[i]!, 0);
  return songs
    .filter((song, n) => n % 100 !== 0 && passes(song))
    .sort((a, b) => cosine(b) - cosine(a))
    .slice(0, count)
    .map(({ id }) => id);
}

/** The search of a graph may miss a few. */
function assertNearlyAll(found: readonly string[], wanted: readonly string[]): void {
  assert.equal(found.length, wanted.length);
  assert.equal(new Set(found).size, found.length);
  const missing = new Set(wanted).difference(new Set(found)).size;
  assert.ok(missing <= 0.05 * wanted.length, `${missing} of ${wanted.length} are missing`);
}

for (const when of ['without an index', 'with one']) {
  test(`the nearest tracks that are present and pass the filters, ${when}`, async () => {
    await (filled ??= fill());
    if (when === 'with one') {
      await Promise.all([1, 2, 3].map(() => indexNeighbours(db, model)));
      await indexNeighbours(db, other);
    }
    const nearest = (query: NeighbourQuery) => library.nearest(model.modelId, point, query);
    assertNearlyAll(await nearest({ count: 50 }), exact(50));
    assertNearlyAll(await nearest({ count: 1000 }), exact(1000));
    assertNearlyAll(
      await nearest({ count: 40, genres: { labels: ['low'], minimumProbability: 0.9 } }),
      exact(40, ({ low }) => low >= 0.9),
    );
    const either = { labels: ['low', 'high'], minimumProbability: 0.95 };
    const between = { minimumSeconds: 100, maximumSeconds: 1500 };
    assertNearlyAll(
      await nearest({ count: 40, genres: either, ...between }),
      exact(
        40,
        ({ low, duration }) =>
          (low >= 0.95 || low <= 0.05) &&
          (duration === null || (duration >= 100 && duration <= 1500)),
      ),
    );
    // So few pass that a search of the graph does not find them all.
    const few = exact(40, ({ low }) => low >= 0.995);
    const found = await nearest({
      count: 40,
      genres: { labels: ['low'], minimumProbability: 0.995 },
    });
    assert.deepEqual(found.toSorted(), few.toSorted());
    assert.deepEqual(
      await nearest({ count: 5, genres: { labels: ['none'], minimumProbability: 0 } }),
      [],
    );
    await assert.rejects(library.nearest('nothing', point, { count: 1 }), { code: 'NOT_FOUND' });
  });
}

test('an index that was cut off is made anew, and what comes later goes into it', async () => {
  const state = async () =>
    (
      await sql<{ name: string; isValid: boolean }>`
        select relname as name, indisvalid as "isValid" from pg_index
        join pg_class on pg_class.oid = indexrelid
        where pg_get_indexdef(indexrelid) ~ 'halfvec\\((7|3)\\)' order by relname`.execute(db)
    ).rows;
  const whole = await state();
  assert.deepEqual(
    whole.map(({ isValid }) => isValid),
    [true, true],
  );
  await sql`
    update pg_index set indisvalid = false
    where indexrelid = to_regclass(${whole[0]!.name}) or indexrelid = to_regclass(${whole[1]!.name})`.execute(
    db,
  );
  await indexNeighbours(db, model);
  await indexNeighbours(db, other);
  assert.deepEqual(await state(), whole);
  await sql`
    update features set embedding = ${`[${point}]`}::vector
    where model_id = ${model.modelId} and track_id = ${songs[7]!.id}`.execute(db);
  const [first] = await library.nearest(model.modelId, point, { count: 1 });
  assert.equal(first, songs[7]!.id);
  assert.equal(await library.hasFeatures(model.modelId, 1980), true);
  assert.equal(await library.hasFeatures(model.modelId, 1981), false);
});
