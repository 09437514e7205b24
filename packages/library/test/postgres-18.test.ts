/** What the contract's files check on the embedded database, on a PostgreSQL 18 server. */
import { test } from 'node:test';
import { contract, useServer } from './helpers.ts';
import { hasPostgres, noPostgres } from './postgres-server.ts';

if (hasPostgres()) {
  useServer({ version: '18' });
  for (const part of contract) await import(`./${part}.test.ts`);
} else test('the contract on a server', { skip: noPostgres });
