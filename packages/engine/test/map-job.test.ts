import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCatalogue } from '@consonance/recommender';
import { MapJob } from '../src/map-job.ts';

/** Songs on a line. */
const catalogue = createCatalogue({
  ids: Array.from({ length: 8 }, (_, row) => `song ${row}`),
  dimensions: 2,
  embeddings: Float32Array.from({ length: 16 }, (_, at) => (at % 2 === 0 ? 1 : at / 8)),
  labels: [],
  genres: new Float32Array(),
});

test('one map at a time, and each is kept for the model whose songs it shows', async () => {
  const kept: [modelId: string, points: number][] = [];
  const job = new MapJob(async (modelId, points) => void kept.push([modelId, points.length]));
  const maps = ['a', 'a', 'b'].map((modelId) => job.compute({ modelId, catalogue }));
  await Promise.all(maps);
  assert.deepEqual(kept, [
    ['a', 8],
    ['b', 8],
  ]);
  await job.close();
});

test('after the end none is computed', async () => {
  const job = new MapJob(async () => assert.fail('a map was kept'));
  await job.close();
  await assert.rejects(job.compute({ modelId: 'a', catalogue }), { name: 'AbortError' });
});
