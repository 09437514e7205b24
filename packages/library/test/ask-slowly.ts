// A process that waits for an answer of the database argv[2]: says "answered" or the code of the error.
import { sql } from 'kysely';
import { openServer } from '../src/server.ts';

const { db } = await openServer(process.argv[2]!);
// In a transaction, since a read by itself would be tried once more.
const said = await db
  .transaction()
  .execute((transaction) => sql`select pg_sleep(3)`.execute(transaction))
  .then(
    () => 'answered',
    ({ code }: { code: string }) => code,
  );
process.stdout.write(`${said}\n`);
await db.destroy();
