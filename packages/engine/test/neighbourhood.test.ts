import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { hasPostgres, noPostgres, startPostgres } from '@consonance/library/testing';
import pg from 'pg';
import { type Consonance, openConsonance } from '../src/consonance.ts';
import { recommendFor, type RecommendSettings } from '../src/recommend.ts';

const songs = 20_000;
const songsPerArtist = 1000;

test(
  'recommendations from a large library are the same whether it was read or searched',
  { skip: !hasPostgres() && noPostgres },
  async (t) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'consonance-neighbourhood-'));
    t.after(() => rm(folder, { recursive: true }));
    const server = await startPostgres();
    t.after(() => server.close());
    const databaseUrl = await server.newDatabase();
    const [searching, reading] = await Promise.all(
      [1, 2].map(() => openConsonance({ dataDirectory: folder, databaseUrl })),
    );
    t.after(() => Promise.all([searching!.close(), reading!.close()]));
    await fill(searching!, databaseUrl);
    await reading!.music();

    const same = async (seeds: number[], settings: Partial<RecommendSettings>) => {
      const seedIds = seeds.map(idOf);
      const [found, wanted] = await Promise.all(
        [searching!, reading!].map((consonance) =>
          recommendFor(consonance, seedIds, { method: 'cosine', count: 5, ...settings }),
        ),
      );
      assert.ok(wanted!.recommendations.length >= 5);
      assert.deepEqual(found!.recommendations, wanted!.recommendations);
      assert.deepEqual(found!.seeds, wanted!.seeds);
    };
    await same([17], {});
    await same([17, 4711, 12_345, 12_345], { count: 20 });
    await same([99], { maxPerArtist: 1, genres: ['jazz'], minMinutes: 1, maxMinutes: 3 });
    assert.equal(searching!.isInMemory, false);
    await assert.rejects(
      recommendFor(searching!, [idOf(1), 'nothing'], { method: 'cosine', count: 5 }),
      { code: 'UNKNOWN_SONG', message: /"nothing"/ },
    );
    await assert.rejects(
      recommendFor(searching!, [idOf(1)], { method: 'cosine', count: 5, genres: ['noise'] }),
      { code: 'BAD_OPTION', message: /noise/ },
    );
    // There are fewer artists than songs wanted: only the whole library tells.
    await same([40], { count: 30, maxPerArtist: 1 });
    assert.equal(searching!.isInMemory, true);
  },
);

const idOf = (n: number): string => String(n).padStart(12, '0');

/** Songs at places that their number decides. */
async function fill({ model }: Consonance, databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('insert into models values ($1, $2, $3, $4)', [
    model.modelId,
    model.dimensions,
    model.labels,
    '{}',
  ]);
  await client.query(
    `insert into tracks (id, path, size, mtime, duration, title, artist, search_title, search_text)
     select lpad(n::text, 12, '0'), n::text, 1, 1, 30 + n % 300, n::text, n / $2::integer, n::text, n::text
     from generate_series(1, $1::integer) n`,
    [songs, songsPerArtist],
  );
  await client.query(
    `insert into features (model_id, track_id, embedding, genres, window_starts, window_embeddings)
     select $1, id,
       (select array_agg(sin(path::integer * k * 12.9898)) from generate_series(1, $2::integer) k)::vector,
       (select array_agg(abs(sin(path::integer * k))) from generate_series(1, $3::integer) k)::real[],
       '{}', '{}'
     from tracks`,
    [model.modelId, model.dimensions, model.labels.length],
  );
  await client.end();
}
