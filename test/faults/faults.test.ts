import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasPostgres, noPostgres } from '@consonance/library/testing';
import { injectFaults } from './faults.ts';

test('killed at random, an embedded library loses nothing and does nothing twice', async () => {
  const result = await injectFaults({ database: 'embedded', kills: 3, files: 60, seed: 2 });
  assert.deepEqual([result.analysed, result.failed], [58, 2]);
  assert.ok(result.likes > 0 && result.playlists > 0);
});

test(
  'killed at random, workers, API and database server lose nothing and do nothing twice',
  { skip: !hasPostgres() && noPostgres },
  async () => {
    const result = await injectFaults({ database: 'server', kills: 5, files: 100, seed: 1 });
    assert.deepEqual([result.analysed, result.failed], [98, 2]);
    assert.ok(result.likes > 0 && result.playlists > 0);
    assert.ok(result.kills.database! > 0 && result.kills.worker! > 0);
  },
);
