import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  PGliteAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import type { EmbeddedThread, Statements } from './embedded-thread.ts';

/**
 * Kysely's own dialect for PGlite sends a statement only when the one before was answered. Here those that
 * belong to no transaction are sent at once, as over several connections, and only transactions wait for
 * each other.
 */
export const embeddedDialect = (thread: EmbeddedThread): Dialect => ({
  createAdapter: () => new Adapter(),
  createDriver: () => new EmbeddedDriver(thread),
  createIntrospector: (db: Kysely<unknown>) => new PostgresIntrospector(db),
  createQueryCompiler: () => new PostgresQueryCompiler(),
});

class Adapter extends PGliteAdapter {
  override get supportsMultipleConnections() {
    return true;
  }
}

class EmbeddedDriver implements Driver {
  readonly #thread: EmbeddedThread;

  constructor(thread: EmbeddedThread) {
    this.#thread = thread;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<Connection> {
    return new Connection(this.#thread);
  }

  beginTransaction(connection: Connection): Promise<void> {
    return connection.begin();
  }

  commitTransaction(connection: Connection): Promise<void> {
    return connection.end('commit');
  }

  rollbackTransaction(connection: Connection): Promise<void> {
    return connection.end('rollback');
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {
    if (!this.#thread.closed) await this.#thread.close();
  }
}

class Connection implements DatabaseConnection {
  readonly #thread: EmbeddedThread;
  #transaction: (Statements & { release: () => void }) | undefined;

  constructor(thread: EmbeddedThread) {
    this.#thread = thread;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const statements = this.#transaction ?? this.#thread;
    const { affectedRows, rows } = await statements.query<R>(sql, [...parameters]);
    return { rows, ...(affectedRows !== undefined && { numAffectedRows: BigInt(affectedRows) }) };
  }

  async *streamQuery(): AsyncGenerator<never> {
    throw new Error('The embedded database does not stream.');
  }

  async begin(): Promise<void> {
    const transaction = await this.#thread.reserve();
    try {
      await transaction.exec('begin');
    } catch (error) {
      transaction.release();
      throw error;
    }
    this.#transaction = transaction;
  }

  async end(how: 'commit' | 'rollback'): Promise<void> {
    try {
      await this.#transaction?.exec(how);
    } finally {
      this.#transaction?.release();
      this.#transaction = undefined;
    }
  }
}
