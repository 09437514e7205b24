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

/**
 * PGlite in a thread of its own, with what Kysely needs of it. Answers come in the order of the
 * questions; whoever asks sees to it that nothing comes between the statements of a transaction.
 */
export class EmbeddedThread {
  readonly ready = true;
  readonly waitReady = Promise.resolve();
  closed = false;
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];
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

  async query<T>(sql: string, values: unknown[] = []): Promise<Result<T>> {
    const [result] = await this.#ask({ method: 'query', sql, values });
    return result as Result<T>;
  }

  /** Several statements at once, without values. */
  exec(sql: string): Promise<Result<object>[]> {
    return this.#ask({ method: 'exec', sql }) as Promise<Result<object>[]>;
  }

  async transaction<T>(
    work: (transaction: {
      query: EmbeddedThread['query'];
      rollback: () => Promise<void>;
    }) => Promise<T>,
  ): Promise<T> {
    const rollback = async () => void (await this.exec('rollback'));
    await this.exec('begin');
    try {
      const result = await work({ query: (...question) => this.query(...question), rollback });
      await this.exec('commit');
      return result;
    } catch (error) {
      await rollback();
      throw error;
    }
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
