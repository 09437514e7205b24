/** What the contract's files check on the embedded database, on a PostgreSQL 16 server. */
import { test } from 'node:test';
import { contract, useServer } from './helpers.ts';
import { hasPostgres, noPostgres } from './postgres-server.ts';

if (hasPostgres()) {
  useServer({ version: '16' });
  // The queue takes most of the time; PostgreSQL 18 has it.
  for (const part of contract) if (part !== 'queue') await import(`./${part}.test.ts`);
} else test('the contract on a server', { skip: noPostgres });
