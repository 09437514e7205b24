import type { Database } from './database.ts';

/** What was saved under this name, or undefined. Who reads it checks it. */
export async function readSetting(db: Database, name: string): Promise<unknown> {
  const row = await db
    .selectFrom('settings')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirst();
  return row?.value;
}

/** @param value anything that JSON can hold */
export async function saveSetting(db: Database, name: string, value: unknown): Promise<void> {
  const json = JSON.stringify(value);
  await db
    .insertInto('settings')
    .values({ name, value: json })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: json }))
    .execute();
}
