import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { emptyDatabase } from './helpers.ts';

async function noUsers() {
  const { db, library } = await emptyDatabase();
  await sql`truncate users cascade`.execute(db);
  const { users } = library;
  const add = (name: string) =>
    users.add({ name, passwordHash: `hash of ${name}`, isAdmin: false });
  return { users, add };
}

test('a name belongs to one user, in any case', async () => {
  const { users, add } = await noUsers();
  const ada = await add(' Ada ');
  assert.equal(ada.name, 'Ada');
  await assert.rejects(add('ADA'), { code: 'BAD_OPTION' });
  await assert.rejects(add('  '), { code: 'BAD_OPTION' });
  assert.deepEqual(await users.find('ada'), { ...ada, passwordHash: 'hash of  Ada ' });
  assert.equal(await users.find('bob'), undefined);
  assert.equal(await users.count(), 1);
});

test('sessions end with their time, the log-out, a new password and the user', async () => {
  const { users, add } = await noUsers();
  const ada = await add('ada');
  const [now, later] = [new Date(1000), new Date(2000)];
  const open = (tokenHash: string) =>
    users.addSession({ tokenHash, userId: ada.id, expiresAt: later });
  await open('one');
  await open('two');
  assert.deepEqual(await users.bySession('one', now), { user: ada, expiresAt: later });
  assert.equal(await users.bySession('one', later), undefined);
  await users.removeSession('one');
  assert.equal(await users.bySession('one', now), undefined);
  await users.removeExpiredSessions(now);
  assert.deepEqual((await users.bySession('two', now))?.user, ada);
  await users.removeExpiredSessions(later);
  assert.equal(await users.bySession('two', now), undefined);
  await open('three');
  await users.setPasswordHash(ada.id, 'new');
  assert.equal(await users.bySession('three', now), undefined);
  await open('four');
  await users.remove(ada.id);
  assert.equal(await users.bySession('four', now), undefined);
  await assert.rejects(users.remove(ada.id), { code: 'NOT_FOUND' });
});

test('app passwords belong to one user and are revoked one by one', async () => {
  const { users, add } = await noUsers();
  const [ada, bob] = [await add('ada'), await add('bob')];
  const phone = await users.addAppPassword(ada.id, 'phone', 'secret 1');
  await users.addAppPassword(ada.id, 'tablet', 'secret 2');
  assert.deepEqual((await users.appPasswords(ada.id)).map(({ name }) => name).sort(), [
    'phone',
    'tablet',
  ]);
  assert.deepEqual((await users.appSecrets(ada.id)).sort(), ['secret 1', 'secret 2']);
  assert.deepEqual(await users.byAppSecret('secret 1'), ada);
  await assert.rejects(users.removeAppPassword(bob.id, phone.id), { code: 'NOT_FOUND' });
  await users.removeAppPassword(ada.id, phone.id);
  assert.equal(await users.byAppSecret('secret 1'), undefined);
  assert.deepEqual(await users.appSecrets(bob.id), []);
});
