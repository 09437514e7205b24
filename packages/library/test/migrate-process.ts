// A process that lives to be killed within a migration: argv = database URL or folder of the embedded one.
import { setInterval } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import { migrate } from '../src/database.ts';
import { openEmbedded } from '../src/embedded.ts';
import { migrations } from '../src/migrations.ts';
import { openServer } from '../src/server.ts';

const place = process.argv[2]!;
const { db } = await (place.startsWith('postgres:') ? openServer : openEmbedded)(place);
const halfWritten = {
  '9000_half_written': {
    async up(transaction: Kysely<unknown>) {
      await sql`create table half_written (id integer)`.execute(transaction);
      await sql`insert into half_written select generate_series(1, 1000)`.execute(transaction);
      process.send!('half-written');
      for await (const _ of setInterval(1000));
    },
  },
};
await migrate(db, { ...migrations, ...halfWritten });
