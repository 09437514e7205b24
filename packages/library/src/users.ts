import { randomUUID, timingSafeEqual } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import type { Changes } from './changes.ts';
import { type Database, transact } from './database.ts';
import { LibraryError, expected } from './errors.ts';
import type { Schema } from './schema.ts';
import { storable } from './text.ts';

/** Somebody who may log in; the name is also the listener's. */
export interface User {
  id: string;
  /** One user a name, in any case. */
  name: string;
  isAdmin: boolean;
  createdAt: Date;
}

/** A password for one player or script, see the table's comment. */
export interface AppPassword {
  id: string;
  name: string;
  createdAt: Date;
}

/**
 * Users, their sessions and app passwords. Hashing is the caller's: what comes here as a hash is
 * stored and compared as it is.
 */
export class Users {
  /** Whether other processes may change them, too. */
  readonly areShared: boolean;
  readonly #db: Database;
  readonly #changes: Changes;

  constructor(db: Database, changes: Changes) {
    this.areShared = changes.areShared;
    this.#db = db;
    this.#changes = changes;
  }

  /** Calls the listener when another process has changed users, passwords or sessions, or may have. */
  listen(listener: () => void): void {
    this.#changes.listen(({ kind }) => {
      if (kind === 'users' || kind === 'anything') listener();
    });
  }

  /** @throws LibraryError BAD_OPTION when the name is empty or taken */
  async add(user: { name: string; passwordHash: string; isAdmin: boolean }): Promise<User> {
    const name = storable(user.name.trim(), 200);
    if (name === '') throw expected('a name', 'name', user.name);
    const row = await this.#db
      .insertInto('users')
      .values({
        id: randomUUID(),
        name,
        folded_name: name.toLowerCase(),
        password_hash: user.passwordHash,
        is_admin: user.isAdmin,
      })
      .onConflict((conflict) => conflict.column('folded_name').doNothing())
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) throw expected('a name that nobody has', 'name', name);
    this.#changes.announce({ kind: 'users' });
    return toUser(row);
  }

  async list(): Promise<User[]> {
    const rows = await this.#db.selectFrom('users').selectAll().orderBy('folded_name').execute();
    return rows.map(toUser);
  }

  async count(): Promise<number> {
    const { count } = await this.#db
      .selectFrom('users')
      .select(({ fn }) => fn.countAll().as('count'))
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  async find(name: string): Promise<(User & { passwordHash: string }) | undefined> {
    const row = await this.#db
      .selectFrom('users')
      .selectAll()
      .where('folded_name', '=', storable(name.trim(), 200).toLowerCase())
      .executeTakeFirst();
    return row && { ...toUser(row), passwordHash: row.password_hash };
  }

  /** Ends the user's sessions and app passwords, too. @throws LibraryError NOT_FOUND */
  async remove(id: string): Promise<void> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('users')
      .where('id', '=', storable(id))
      .executeTakeFirst();
    if (numDeletedRows === 0n) throw new LibraryError('NOT_FOUND', `There is no user ${id}`);
    this.#changes.announce({ kind: 'users' });
  }

  /** Ends the user's sessions, too: whoever knew the old password is out. */
  async setPasswordHash(id: string, passwordHash: string): Promise<void> {
    await transact(this.#db, async (transaction) => {
      await transaction
        .updateTable('users')
        .set({ password_hash: passwordHash })
        .where('id', '=', id)
        .execute();
      await transaction.deleteFrom('sessions').where('user_id', '=', id).execute();
    });
    this.#changes.announce({ kind: 'users' });
  }

  async addSession(session: { tokenHash: string; userId: string; expiresAt: Date }): Promise<void> {
    const { tokenHash, userId, expiresAt } = session;
    await this.#db
      .insertInto('sessions')
      .values({ token_hash: tokenHash, user_id: userId, expires_at: expiresAt })
      .execute();
  }

  /** Whose session this is; undefined when it is unknown or over. */
  async bySession(
    tokenHash: string,
    now: Date,
  ): Promise<{ user: User; expiresAt: Date } | undefined> {
    const row = await this.#db
      .selectFrom('sessions')
      .innerJoin('users', 'users.id', 'sessions.user_id')
      .selectAll('users')
      .select('expires_at')
      .where('token_hash', '=', tokenHash)
      .where('expires_at', '>', now)
      .executeTakeFirst();
    return row && { user: toUser(row), expiresAt: row.expires_at };
  }

  async removeSession(tokenHash: string): Promise<void> {
    await this.#db.deleteFrom('sessions').where('token_hash', '=', tokenHash).execute();
    this.#changes.announce({ kind: 'users' });
  }

  async removeExpiredSessions(now: Date): Promise<void> {
    await this.#db.deleteFrom('sessions').where('expires_at', '<=', now).execute();
  }

  async addAppPassword(userId: string, name: string, secret: string): Promise<AppPassword> {
    const title = storable(name.trim(), 200);
    if (title === '') throw expected('a name', 'name', name);
    const row = await this.#db
      .insertInto('app_passwords')
      .values({ id: randomUUID(), user_id: userId, name: title, secret })
      .returning(['id', 'name', 'created_at'])
      .executeTakeFirstOrThrow();
    return { id: row.id, name: row.name, createdAt: row.created_at };
  }

  /** Without the secrets: these are shown once. */
  async appPasswords(userId: string): Promise<AppPassword[]> {
    const rows = await this.#db
      .selectFrom('app_passwords')
      .select(['id', 'name', 'created_at'])
      .where('user_id', '=', userId)
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    return rows.map(({ id, name, created_at }) => ({ id, name, createdAt: created_at }));
  }

  /** For checks that need them in plain, such as Subsonic's tokens. */
  async appSecrets(userId: string): Promise<string[]> {
    const rows = await this.#db
      .selectFrom('app_passwords')
      .select('secret')
      .where('user_id', '=', userId)
      .execute();
    return rows.map(({ secret }) => secret);
  }

  /**
   * Found by its beginning, and compared in a time that does not tell how much of the rest is right.
   */
  async byAppSecret(secret: string): Promise<User | undefined> {
    const received = Buffer.from(storable(secret));
    const rows = await this.#db
      .selectFrom('app_passwords')
      .innerJoin('users', 'users.id', 'app_passwords.user_id')
      .selectAll('users')
      .select('secret')
      .where(sql<string>`left(secret, 8)`, '=', storable(secret).slice(0, 8))
      .execute();
    const row = rows.find(({ secret }) => {
      const known = Buffer.from(secret);
      return known.length === received.length && timingSafeEqual(known, received);
    });
    return row && toUser(row);
  }

  /** @throws LibraryError NOT_FOUND when the user has none with this id */
  async removeAppPassword(userId: string, id: string): Promise<void> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('app_passwords')
      .where('user_id', '=', userId)
      .where('id', '=', storable(id))
      .executeTakeFirst();
    if (numDeletedRows === 0n)
      throw new LibraryError('NOT_FOUND', `There is no app password ${id}`);
  }
}

function toUser(row: Selectable<Schema['users']>): User {
  return { id: row.id, name: row.name, isAdmin: row.is_admin, createdAt: row.created_at };
}
