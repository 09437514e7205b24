import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import pg from 'pg';
import type { Database } from './database.ts';

/** What other processes on the same database server changed. */
export interface Changes {
  /** Tells the others; the database is asked in the background. */
  announce(trackIds: readonly string[]): void;
  /**
   * @param listener gets the ids of tracks that another process changed, or undefined after the
   * connection was lost: anything may have changed meanwhile
   */
  listen(listener: (trackIds: readonly string[] | undefined) => void): void;
  close(): Promise<void>;
}

/** An embedded database has no other processes. */
export const noChanges: Changes = { announce() {}, listen() {}, close: async () => {} };

const channel = 'consonance_changes';
/** PostgreSQL takes 8000 bytes a notification; an id has 12. */
const idsPerNotification = 500;
const reconnectMilliseconds = 1000;

export function serverChanges(db: Database, url: string): Changes {
  const self = randomUUID();
  const closing = new AbortController();
  let client: pg.Client | undefined;

  async function listenOnce(listener: Parameters<Changes['listen']>[0], isFirst: boolean) {
    client = new pg.Client({ connectionString: url, keepAlive: true });
    const lost = new Promise<void>((resolve) => {
      client!.on('error', () => resolve()).on('end', () => resolve());
    });
    client.on('notification', ({ payload = '' }) => {
      const [sender, ...ids] = payload.split(' ');
      if (sender !== self) listener(ids);
    });
    await client.connect();
    await client.query(`listen ${channel}`);
    if (!isFirst) listener(undefined);
    await lost;
  }

  return {
    announce(trackIds) {
      for (let first = 0; first < trackIds.length; first += idsPerNotification) {
        const payload = [self, ...trackIds.slice(first, first + idsPerNotification)].join(' ');
        sql`select pg_notify(${channel}, ${payload})`.execute(db).catch(() => {});
      }
    },
    async listen(listener) {
      for (let isFirst = true; !closing.signal.aborted; isFirst = false) {
        await listenOnce(listener, isFirst).catch(() => {});
        await wait(reconnectMilliseconds, undefined, { signal: closing.signal }).catch(() => {});
      }
    },
    async close() {
      closing.abort();
      await client?.end().catch(() => {});
    },
  };
}
