import { setTimeout as wait } from 'node:timers/promises';
import { Kysely, PostgresDialect, type PostgresPool } from 'kysely';
import pg from 'pg';
import { serverChanges } from './changes.ts';
import { type Database, type OpenDatabase, migrate } from './database.ts';
import { LibraryError, hasCode, messageOf, serverError } from './errors.ts';
import { indexNeighbours } from './neighbours.ts';
import { statementSpans } from './tracing.ts';

const connections = 10;
const minute = 60_000;
/** Without it, an answer is waited for as long as two hours after the server's end of the connection has gone unheard. */
const silenceMilliseconds = 10_000;
const statementMilliseconds = 2 * minute;
/**
 * The server ends a statement before; only what it never got, or its answer, takes longer. Keep-alive does not find
 * that, since the system first sends it again for a quarter of an hour.
 */
const answerMilliseconds = statementMilliseconds + minute / 2;

/**
 * Opens the database on a PostgreSQL server (15 or newer, with pgvector) and brings its schema up to
 * date; other processes may have it open.
 *
 * @param url postgres://user:password@host:port/database
 * @throws LibraryError BAD_DATABASE, SCHEMA_TOO_NEW
 */
export async function openServer(url: string): Promise<OpenDatabase> {
  const server = {
    connectionString: url,
    keepAlive: true,
    keepAliveInitialDelayMillis: silenceMilliseconds,
  };
  try {
    // A migration may take long, but does not make the others' queries wait for a table it cannot get.
    const migrating = connect({ ...server, max: 1, lock_timeout: minute / 6 });
    await migrate(migrating).finally(() => migrating.destroy());
    const db = connect({
      ...server,
      max: connections,
      statement_timeout: statementMilliseconds,
      query_timeout: answerMilliseconds,
      idle_in_transaction_session_timeout: minute,
    });
    const queue = { ...server, query_timeout: answerMilliseconds };
    return {
      db,
      queue,
      changes: serverChanges(db, server),
      async prepare(model) {
        // No limit: with many tracks it takes longer than any other statement.
        const building = connect({ ...server, max: 1 });
        await indexNeighbours(building, model).finally(() => building.destroy());
      },
    };
  } catch (error) {
    if (hasCode(error, 'SCHEMA_TOO_NEW')) throw error;
    const cause = error instanceof LibraryError ? error.cause : error;
    throw new LibraryError(
      'BAD_DATABASE',
      `Cannot use the database ${withoutPassword(url)}: ${reason(cause)}`,
      { cause: error },
    );
  }
}

function connect(options: pg.PoolConfig): Database {
  const pool = new pg.Pool({
    application_name: 'consonance',
    connectionTimeoutMillis: minute / 6,
    ...options,
  });
  // An idle connection was lost; the next query opens another.
  pool.on('error', () => {});
  // One in use was lost between two queries: the next one on it fails and says so.
  pool.on('connect', (client) => client.on('error', () => {}));
  const idle = new Set<pg.PoolClient>();
  pool.on('acquire', (client) => idle.delete(client));
  pool.on('release', (_, client) => idle.add(client));
  pool.on('remove', (client) => idle.delete(client));
  const dialect = new PostgresDialect({ pool: lasting(pool, idle) });
  return new Kysely({ dialect, ...statementSpans() });
}

/** At the end, for the goodbye; a server that is cut off hears it a quarter of an hour later, or never. */
const goodbyeMilliseconds = 5000;

/** Before a read is tried again: a server that is started anew takes about as long. */
const awayMilliseconds = 1000;

/**
 * Connects with the first statement. Where that one only reads, and the connection is lost over it or there is
 * none to be had, it is run once more; all else is for the caller to try again.
 */
const lasting = (pool: pg.Pool, idle: ReadonlySet<pg.PoolClient>): PostgresPool => ({
  async connect() {
    let client: pg.PoolClient | undefined;
    let isFirst = true;
    let isLost = false;
    async function run(text: string, values: readonly unknown[]) {
      try {
        client ??= await pool.connect();
        return await client.query(text, [...values]);
      } catch (error) {
        const away = serverError(error);
        // Also where its answer was not waited for any longer: the pool is to drop it, and a rollback not to wait.
        if (hasCode(away, 'DATABASE_AWAY')) {
          client?.connection.stream.destroy();
          isLost = true;
        }
        throw away;
      }
    }
    async function query(text: string, values: readonly unknown[]) {
      const mayRepeat = isFirst && /^\s*select\b/i.test(text);
      isFirst = false;
      try {
        return await run(text, values);
      } catch (error) {
        if (!mayRepeat || !hasCode(error, 'DATABASE_AWAY')) throw error;
        client?.release(true);
        client = undefined;
        isLost = false;
        await wait(awayMilliseconds);
        return run(text, values);
      }
    }
    // Kysely knows clients with cursors, too, which nothing here asks for.
    const release = (isBroken?: boolean) => client?.release(isBroken || isLost);
    return { query, release } as unknown as Awaited<ReturnType<PostgresPool['connect']>>;
  },
  async end() {
    await pool.end();
    // Otherwise they keep the process alive until the system gives up.
    const cut = () => idle.forEach((client) => client.connection.stream.destroy());
    setTimeout(cut, goodbyeMilliseconds).unref();
  },
  options: pool.options,
});

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
