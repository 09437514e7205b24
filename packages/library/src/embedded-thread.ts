import { Worker } from 'node:worker_threads';

export interface Question {
  method: 'query' | 'exec' | 'close';
  sql?: string;
  values?: unknown[];
}

export type Answer =
  { results: object[] } | { error: { message: string; fields: Record<string, string> } };

interface Result<T> {
  rows: T[];
  fields: { name: string; dataTypeID: number }[];
  affectedRows?: number;
}

interface Waiting {
  resolve: (results: object[]) => void;
  reject: (error: Error) => void;
}

export interface Statements {
  query<T>(sql: string, values?: unknown[]): Promise<Result<T>>;
  /** Several statements at once, without values. */
  exec(sql: string): Promise<Result<object>[]>;
}

/** PGlite in a thread of its own; answers come in the order of the questions. */
export class EmbeddedThread {
  closed = false;
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];
  readonly #statements: Statements = {
    query: async <T>(sql: string, values: unknown[] = []) => {
      const [result] = await this.#ask({ method: 'query', sql, values });
      return result as Result<T>;
    },
    exec: (sql) => this.#ask({ method: 'exec', sql }) as Promise<Result<object>[]>,
  };
  /** Resolves when a transaction is over. */
  #reserved: Promise<void> | undefined;
  #end: Error | undefined;

  private constructor(directory: string) {
    this.#worker = new Worker(new URL('./embedded-worker.ts', import.meta.url), {
      workerData: directory,
    });
    this.#worker.on('message', (answer: Answer) => {
      const { resolve, reject } = this.#waiting.shift()!;
      // Like PGlite itself, it does not keep a process alive that has nothing to ask.
      if (this.#waiting.length === 0) this.#worker.unref();
      if ('results' in answer) resolve(answer.results);
      else reject(Object.assign(new Error(answer.error.message), answer.error.fields));
    });
    const end = (error: Error) => {
      this.#end ??= error;
      for (const { reject } of this.#waiting.splice(0)) reject(this.#end);
    };
    this.#worker.on('error', end);
    this.#worker.on('exit', () => end(new Error('The thread of the embedded database has ended')));
  }

  /** Opens the database in `directory`, or makes it. */
  static async open(directory: string): Promise<EmbeddedThread> {
    const thread = new EmbeddedThread(directory);
    await thread.#answer();
    return thread;
  }

  /** A statement that belongs to no transaction. */
  async query<T>(sql: string, values: unknown[] = []): Promise<Result<T>> {
    while (this.#reserved) await this.#reserved;
    return this.#statements.query<T>(sql, values);
  }

  /** Nothing of others comes between these statements until they are released. */
  async reserve(): Promise<Statements & { release: () => void }> {
    while (this.#reserved) await this.#reserved;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#reserved = promise;
    const release = () => {
      this.#reserved = undefined;
      resolve();
    };
    return { ...this.#statements, release };
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.#ask({ method: 'close' });
    await this.#worker.terminate();
  }

  #ask(question: Question): Promise<object[]> {
    if (this.#end) return Promise.reject(this.#end);
    this.#worker.postMessage(question);
    this.#worker.ref();
    return this.#answer();
  }

  #answer(): Promise<object[]> {
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }
}
