import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import pg from 'pg';
import type { Database } from './database.ts';

/** What a process tells the others on the same database server. */
export type Change =
  /** These are no longer what they were, or are gone. */
  | { kind: 'tracks'; ids: readonly string[] }
  | { kind: 'setting'; name: string }
  | { kind: 'map'; modelId: string }
  /** Users, their passwords or sessions. */
  | { kind: 'users' }
  /** How far the sender is with its analysis; at most 7,000 bytes of JSON. */
  | { kind: 'progress'; progress: unknown };

/** `anything` may have changed: the connection was just made, for the first time or again. */
export type HeardChange = Change | { kind: 'anything' };
export type ChangeListener = (change: HeardChange, sender: string) => void;

/** What other processes on the same database server change. */
export interface Changes {
  /** Whether there may be other processes. */
  areShared: boolean;
  /** Tells the others, in the order of the calls; the database is asked in the background. */
  announce(change: Change): void;
  /** Calls the listener with what others announce, from now until the end. */
  listen(listener: ChangeListener): void;
  close(): Promise<void>;
}

/** An embedded database has no other processes. */
export const noChanges: Changes = {
  areShared: false,
  announce() {},
  listen() {},
  close: async () => {},
};

/** Another name whenever the messages change: processes of two versions may run side by side. */
const channel = 'consonance_changes_2';
/** PostgreSQL takes 8000 bytes a notification; an id has 12. */
const idsPerNotification = 500;
const reconnectMilliseconds = 1000;
/** For a connection, or to begin listening. */
const answerMilliseconds = 10_000;
/** For what is still to be announced, at the end, and for the goodbye; a server that is cut off takes longer. */
const closingMilliseconds = 5000;

export function serverChanges(db: Database, server: pg.ClientConfig): Changes {
  const self = randomUUID();
  const closing = new AbortController();
  const listeners = new Set<ChangeListener>();
  const tell = (...said: Parameters<ChangeListener>) => {
    for (const listener of listeners) listener(...said);
  };
  let client: pg.Client | undefined;
  let listening: Promise<void> | undefined;
  let announced: Promise<unknown> = Promise.resolve();

  async function listenOnce() {
    client = new pg.Client({
      ...server,
      connectionTimeoutMillis: answerMilliseconds,
      query_timeout: answerMilliseconds,
    });
    const lost = new Promise<void>((resolve) => {
      client!.on('error', () => resolve()).on('end', () => resolve());
    });
    client.on('notification', ({ payload = '' }) => {
      const { sender, ...change } = JSON.parse(payload) as Change & { sender: string };
      if (sender !== self) tell(change as Change, sender);
    });
    try {
      await client.connect();
      await client.query(`listen ${channel}`);
      tell({ kind: 'anything' }, self);
      await lost;
    } finally {
      await end(client);
    }
  }

  async function listenOn() {
    while (!closing.signal.aborted) {
      await listenOnce().catch(() => {});
      await wait(reconnectMilliseconds, undefined, { signal: closing.signal }).catch(() => {});
    }
  }

  return {
    areShared: true,
    announce(change) {
      const payloads = inParts(change).map((part) => JSON.stringify({ sender: self, ...part }));
      const notify = sql`
        select pg_notify(${channel}, payload) from unnest(${payloads}::text[]) as payload`;
      announced = announced.then(() => notify.execute(db)).catch(() => {});
    },
    listen(listener) {
      listeners.add(listener);
      listening ??= listenOn();
    },
    async close() {
      closing.abort();
      await Promise.race([announced, wait(closingMilliseconds, undefined, { ref: false })]);
      if (client) await end(client);
    },
  };
}

async function end(client: pg.Client): Promise<void> {
  const goodbye = client.end().catch(() => {});
  await Promise.race([goodbye, wait(closingMilliseconds, undefined, { ref: false })]);
  // Otherwise it keeps the process alive until the system gives up.
  client.connection.stream.destroy();
}

function inParts(change: Change): Change[] {
  if (change.kind !== 'tracks') return [change];
  const parts: Change[] = [];
  for (let first = 0; first < change.ids.length; first += idsPerNotification) {
    parts.push({ kind: 'tracks', ids: change.ids.slice(first, first + idsPerNotification) });
  }
  return parts;
}
