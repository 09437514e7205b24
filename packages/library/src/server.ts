import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { serverChanges } from './changes.ts';
import { type Database, type OpenDatabase, migrate } from './database.ts';
import { LibraryError, hasCode, messageOf } from './errors.ts';
import { indexNeighbours } from './neighbours.ts';
import { statementSpans } from './tracing.ts';

const connections = 10;
const minute = 60_000;

/**
 * Opens the database on a PostgreSQL server (15 or newer, with pgvector) and brings its schema up to
 * date; other processes may have it open.
 *
 * @param url postgres://user:password@host:port/database
 * @throws LibraryError BAD_DATABASE, SCHEMA_TOO_NEW
 */
export async function openServer(url: string): Promise<OpenDatabase> {
  try {
    // A migration may take long, but does not make the others' queries wait for a table it cannot get.
    const migrating = connect(url, { max: 1, lock_timeout: minute / 6 });
    await migrate(migrating).finally(() => migrating.destroy());
    const db = connect(url, {
      max: connections,
      statement_timeout: 2 * minute,
      idle_in_transaction_session_timeout: minute,
    });
    return {
      db,
      queue: { connectionString: url },
      changes: serverChanges(db, url),
      prepare: (model) => indexNeighbours(db, model),
    };
  } catch (error) {
    if (error instanceof LibraryError) throw error;
    throw new LibraryError(
      'BAD_DATABASE',
      `Cannot use the database ${withoutPassword(url)}: ${reason(error)}`,
      { cause: error },
    );
  }
}

function connect(url: string, options: pg.PoolConfig): Database {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'consonance',
    connectionTimeoutMillis: minute / 6,
    keepAlive: true,
    ...options,
  });
  // An idle connection was lost; the next query opens another.
  pool.on('error', () => {});
  // One in use was lost between two queries: the next one on it fails and says so.
  pool.on('connect', (client) => client.on('error', () => {}));
  return new Kysely({ dialect: new PostgresDialect({ pool }), ...statementSpans() });
}

function reason(error: unknown): string {
  // Of every address of the host, for example.
  if (error instanceof AggregateError) return error.errors.map(messageOf).join(', ');
  const hint = hasCode(error, '0A000') ? ' (install pgvector on the server)' : '';
  return messageOf(error) + hint;
}

function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return '(not a URL)';
  const shown = new URL(url);
  shown.password = '';
  return shown.href;
}
