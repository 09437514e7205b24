/** What the named files check on the embedded database, on a PostgreSQL 16 server. */
import { test } from 'node:test';
import { useServer } from './helpers.ts';
import { hasPostgres, noPostgres } from './postgres-server.ts';

if (hasPostgres()) {
  useServer('16');
  for (const contract of [
    'scan',
    'tracks',
    'analyze',
    'listening',
    'dashboard',
    'users',
    'neighbours',
  ]) {
    await import(`./${contract}.test.ts`);
  }
} else test('the contract on a server', { skip: noPostgres });
