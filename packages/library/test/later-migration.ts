import { sql } from 'kysely';
import { migrations } from '../src/migrations.ts';

/** One more migration, for this process, until the result is called. @param halfWay called in the middle of it */
export function addLaterMigration(halfWay: () => void): () => void {
  migrations['9000_later'] = {
    async up(db) {
      await sql`alter table tracks add column later text`.execute(db);
      await sql`update tracks set later = path, title = 'later'`.execute(db);
      await sql`create table later as select * from generate_series(1, 100000)`.execute(db);
      halfWay();
      await sql`alter table later add column more text`.execute(db);
    },
  };
  return () => void delete migrations['9000_later'];
}
