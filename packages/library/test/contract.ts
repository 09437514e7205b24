/**
 * What the contract's files check on the embedded database, on the PostgreSQL server (15 to 18, with
 * pgvector) that a folder holds, or in an empty database that anyone may run:
 *
 *   node packages/library/test/contract.ts /usr/lib/postgresql/17
 *   node packages/library/test/contract.ts postgres://user:password@host/empty
 */
import pg from 'pg';
import { contract, useServer } from './helpers.ts';

const [place] = process.argv.slice(2);
if (place === undefined) throw new Error('Expected a folder with bin/postgres, or a URL.');
const isUrl = /^postgres(ql)?:/.test(place);
if (isUrl) await expectEmpty(place);
useServer(isUrl ? { databaseUrl: place } : { programs: place });
for (const part of contract) await import(`./${part}.test.ts`);

/** The tests delete what is there. */
async function expectEmpty(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query(
    "select tablename from pg_tables where schemaname not in ('pg_catalog', 'information_schema')",
  );
  await client.end();
  if (rows.length > 0)
    throw new Error(`Expected an empty database but it has ${rows[0].tablename}.`);
}
