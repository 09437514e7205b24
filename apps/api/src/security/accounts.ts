import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { AppPassword, User, Users } from '@consonance/library';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { AccessError } from './errors.ts';
import { hashPassword, isPassword } from './passwords.ts';

export const sessionSeconds = 30 * 24 * 3600;

/** So long a session may live on that another process has ended, when its word does not arrive. */
const rememberedMilliseconds = 10_000;

/** Failed log-ins in `duration` seconds: of one address, and with one name from anywhere. */
const byAddress = { points: 10, duration: 900 };
const byName = { points: 50, duration: 900 };

/**
 * Who may use the server. As long as there are no users and only this machine can reach it, everybody
 * may: single-user mode. Users and sessions of this process change through this object only, which
 * remembers them; other processes on the same database announce what they change.
 */
export class Accounts {
  readonly #users: Users;
  readonly #isLoopback: boolean;
  readonly #now: () => Date;
  readonly #addressLimit = new RateLimiterMemory(byAddress);
  readonly #nameLimit = new RateLimiterMemory(byName);
  #sessions = new Map<string, { user: User; until: number }>();
  #hasUsers: boolean;

  private constructor(users: Users, isLoopback: boolean, hasUsers: boolean, now: () => Date) {
    this.#users = users;
    this.#isLoopback = isLoopback;
    this.#hasUsers = hasUsers;
    this.#now = now;
    users.listen(() => this.#forget());
  }

  /**
   * @param isLoopback whether the server listens on this machine's own address only
   * @throws AccessError NO_USERS when others can reach it and nobody would have to log in
   */
  static async open(
    users: Users,
    { isLoopback, now = () => new Date() }: { isLoopback: boolean; now?: () => Date },
  ): Promise<Accounts> {
    const hasUsers = (await users.count()) > 0;
    if (!hasUsers && !isLoopback) {
      throw new AccessError(
        'NO_USERS',
        'Expected at least one user before others can reach this server but there is none: ' +
          'add one with "consonance user add <name>", or listen on 127.0.0.1',
      );
    }
    await users.removeExpiredSessions(now());
    return new Accounts(users, isLoopback, hasUsers, now);
  }

  /**
   * Single-user mode: nobody has to log in. Where another process may add the first user, this asks
   * the database each time, since the news of it may be late.
   */
  async isOpen(): Promise<boolean> {
    if (!this.#isLoopback || this.#hasUsers) return false;
    if (this.#users.areShared) this.#hasUsers = (await this.#users.count()) > 0;
    return !this.#hasUsers;
  }

  /** What another process may have changed. */
  #forget(): void {
    // Answers under way may be older than the change: they go into the old map.
    this.#sessions = new Map();
    // With `isOpen` asking anew.
    if (this.#users.areShared) this.#hasUsers = false;
  }

  /** @param address of the client. @throws AccessError WRONG_PASSWORD or TOO_MANY_ATTEMPTS */
  async logIn(
    name: string,
    password: string,
    address: string,
  ): Promise<{ user: User; token: string }> {
    const nameKey = keyOf(name);
    await consume(this.#addressLimit, address);
    await consume(this.#nameLimit, nameKey);
    const found = await this.#users.find(name);
    if (!(await isPassword(found?.passwordHash, password)) || found === undefined) {
      throw new AccessError('WRONG_PASSWORD', 'Wrong name or password');
    }
    await Promise.all([this.#addressLimit.reward(address), this.#nameLimit.reward(nameKey)]);
    const { passwordHash: _, ...user } = found;
    const token = randomBytes(32).toString('base64url');
    const expiresAt = new Date(this.#now().getTime() + sessionSeconds * 1000);
    await this.#users.addSession({ tokenHash: hashed(token), userId: user.id, expiresAt });
    return { user, token };
  }

  async logOut(token: string): Promise<void> {
    await this.#users.removeSession(hashed(token));
    // See `#forget`.
    this.#sessions = new Map();
  }

  async bySession(token: string): Promise<User | undefined> {
    const tokenHash = hashed(token);
    const sessions = this.#sessions;
    const known = sessions.get(tokenHash);
    const now = this.#now();
    if (known !== undefined && known.until > now.getTime()) return known.user;
    sessions.delete(tokenHash);
    const session = await this.#users.bySession(tokenHash, now);
    if (session === undefined) return undefined;
    const until = Math.min(session.expiresAt.getTime(), now.getTime() + rememberedMilliseconds);
    sessions.set(tokenHash, { user: session.user, until });
    return session.user;
  }

  /** @param secret an app password */
  byAppSecret(secret: string): Promise<User | undefined> {
    return this.#users.byAppSecret(secret);
  }

  /**
   * Subsonic's token: md5 in hexadecimal of an app password followed by the salt. A name that nobody
   * has asks the database as much as one with no such app password, so that names cannot be found out.
   */
  async byToken(name: string, token: string, salt: string): Promise<User | undefined> {
    const found = await this.#users.find(name);
    const secrets = await this.#users.appSecrets(found?.id ?? '');
    const received = Buffer.from(token.toLowerCase());
    const isRight = secrets.some((secret) => {
      const expected = Buffer.from(
        createHash('md5')
          .update(secret + salt)
          .digest('hex'),
      );
      return expected.length === received.length && timingSafeEqual(expected, received);
    });
    if (found === undefined || !isRight) return undefined;
    const { passwordHash: _, ...user } = found;
    return user;
  }

  list(): Promise<User[]> {
    return this.#users.list();
  }

  /** The first user may always add others. @throws AccessError BAD_PASSWORD, LibraryError BAD_OPTION */
  async add(user: { name: string; password: string; isAdmin: boolean }): Promise<User> {
    const { name, password, isAdmin } = user;
    const passwordHash = await hashPassword(password);
    const added = await this.#users.add({
      name,
      passwordHash,
      isAdmin: isAdmin || (await this.#users.count()) === 0,
    });
    this.#hasUsers = true;
    return added;
  }

  /**
   * With the last user, this machine's server is in single-user mode again.
   * @throws AccessError LAST_ADMIN when nobody would be left who may add users, LibraryError NOT_FOUND
   */
  async remove(id: string): Promise<void> {
    const others = (await this.#users.list()).filter((user) => user.id !== id);
    const isLeft = others.some(({ isAdmin }) => isAdmin);
    if (!isLeft && !(others.length === 0 && this.#isLoopback)) {
      throw new AccessError('LAST_ADMIN', 'Somebody must be left who may add users');
    }
    await this.#users.remove(id);
    this.#hasUsers = others.length > 0;
    this.#sessions = new Map();
  }

  /**
   * Ends the sessions. Who found an open session must not guess on here: it counts as a log-in.
   * @throws AccessError WRONG_PASSWORD, TOO_MANY_ATTEMPTS or BAD_PASSWORD
   */
  async changePassword(user: User, oldPassword: string, newPassword: string): Promise<void> {
    await consume(this.#nameLimit, keyOf(user.name));
    const found = await this.#users.find(user.name);
    if (!(await isPassword(found?.passwordHash, oldPassword))) {
      throw new AccessError('WRONG_PASSWORD', 'The old password is wrong');
    }
    await this.#nameLimit.reward(keyOf(user.name));
    await this.setPassword(user.id, newPassword);
  }

  /** Ends the sessions. @throws AccessError BAD_PASSWORD */
  async setPassword(id: string, password: string): Promise<void> {
    await this.#users.setPasswordHash(id, await hashPassword(password));
    this.#sessions = new Map();
  }

  appPasswords(user: User): Promise<AppPassword[]> {
    return this.#users.appPasswords(user.id);
  }

  /** @returns the secret, which is shown this once */
  async addAppPassword(user: User, name: string): Promise<AppPassword & { secret: string }> {
    const secret = randomBytes(16).toString('hex');
    return { ...(await this.#users.addAppPassword(user.id, name, secret)), secret };
  }

  removeAppPassword(user: User, id: string): Promise<void> {
    return this.#users.removeAppPassword(user.id, id);
  }
}

/** By which log-ins with a name are counted. */
const keyOf = (name: string): string => name.trim().toLowerCase().slice(0, 200);

function hashed(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

async function consume(limit: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limit.consume(key);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    const minutes = Math.ceil(error.msBeforeNext / 60_000);
    throw new AccessError(
      'TOO_MANY_ATTEMPTS',
      `Too many attempts to log in: try again in ${minutes} min`,
    );
  }
}
