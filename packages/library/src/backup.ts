import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { type Transaction, sql } from 'kysely';
import { type Database, transact } from './database.ts';
import { LibraryError, messageOf } from './errors.ts';
import { migrations } from './migrations.ts';
import type { Schema } from './schema.ts';

/** Rows by table. */
export type RowCounts = Record<string, number>;

interface Header {
  format: 'consonance-backup';
  version: 1;
  /** Those that the database had run. */
  migrations: string[];
}

/** A line that says which rows follow, one a line: arrays of the values as PostgreSQL writes them. */
interface TableHeader {
  table: string;
  columns: string[];
  rows: number;
}

type Row = (string | null)[];

const rowsPerQuery = 1000;

/**
 * Writes all tables as they are at one moment to `file`: gzipped lines of JSON, values as the text that
 * PostgreSQL reads back without loss. Nothing has that name before it is complete and on the disk.
 * It holds secrets, so that only its owner may read it.
 *
 * @returns how many rows of each table
 */
export async function backup(db: Database, file: string): Promise<RowCounts> {
  await removeUnfinished(file);
  const unfinished = `${file}.${randomUUID()}.part`;
  try {
    const counts = await db
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (transaction) => {
        await writeAsRead(transaction);
        const tables = await describeTables(transaction);
        const target = createWriteStream(unfinished, { flags: 'wx', mode: 0o600 });
        const lines = Readable.from(backupLines(transaction, tables));
        await pipeline(lines, createGzip(), target);
        return countsOf(tables);
      });
    const handle = await open(unfinished);
    await handle.sync().finally(() => handle.close());
    await rename(unfinished, file);
    return counts;
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** What follows the file's name. */
const ending = /^\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.part$/;
/** Without a word in an hour, its process is gone. */
const leftoverMilliseconds = 3600 * 1000;

/** Removes what backups to this file left that were killed. */
async function removeUnfinished(file: string): Promise<void> {
  const folder = dirname(file);
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(basename(file)) || !ending.test(name.slice(basename(file).length)))
      continue;
    const path = join(folder, name);
    const { mtimeMs } = (await stat(path).catch(() => undefined)) ?? { mtimeMs: Infinity };
    if (Date.now() - mtimeMs > leftoverMilliseconds) await rm(path, { force: true });
  }
}

/**
 * Fills an empty library, embedded or on a server, with what `backup` wrote from either. All or nothing:
 * a file that is damaged or of a later version changes nothing.
 *
 * A backup of an earlier version goes into the present schema, whose later columns keep their defaults.
 *
 * @returns how many rows of each table
 * @throws LibraryError NOT_EMPTY, BAD_BACKUP, SCHEMA_TOO_NEW
 */
export async function restore(db: Database, file: string): Promise<RowCounts> {
  return transact(db, async (transaction) => {
    const present = await describeTables(transaction);
    const full = present.filter(({ rows }) => rows > 0).map(({ table }) => table);
    if (full.length > 0) {
      throw new LibraryError(
        'NOT_EMPTY',
        `Expected an empty library but it has rows in ${full.join(', ')}`,
      );
    }
    const known = new Map(present.map((table) => [table.table, table]));
    const counts: RowCounts = {};
    for await (const { header, rows } of readBackup(file)) {
      const missing = header.columns.filter((name) => !known.get(header.table)?.types.has(name));
      if (missing.length > 0) {
        throw badBackup(file, `the library has no column ${missing[0]} in a table ${header.table}`);
      }
      await insert(transaction, header, known.get(header.table)!.types, rows);
      counts[header.table] = (counts[header.table] ?? 0) + rows.length;
    }
    return counts;
  });
}

interface Table extends TableHeader {
  /** Of each column, as PostgreSQL names them in a cast. */
  types: ReadonlyMap<string, string>;
}

const countsOf = (tables: readonly TableHeader[]): RowCounts =>
  Object.fromEntries(tables.map(({ table, rows }) => [table, rows]));

/** So that text does not depend on settings of the server. */
async function writeAsRead(transaction: Transaction<Schema>): Promise<void> {
  for (const setting of ["timezone = 'UTC'", "datestyle = 'ISO'", 'extra_float_digits = 1']) {
    await sql`set local ${sql.raw(setting)}`.execute(transaction);
  }
}

/** Every table of the library, those that others refer to first. */
async function describeTables(transaction: Transaction<Schema>): Promise<Table[]> {
  const { rows: columns } = await sql<{ table: string; column: string; type: string }>`
    select relname as table, attname as column, format_type(atttypid, atttypmod) as type
    from pg_class
    join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
    where relnamespace = current_schema()::regnamespace and relkind = 'r'
      and relname not like 'kysely\\_%'
    order by relname, attnum`.execute(transaction);
  const { rows: references } = await sql<{ table: string; other: string }>`
    select conrelid::regclass::text as table, confrelid::regclass::text as other
    from pg_constraint where contype = 'f' and conrelid <> confrelid`.execute(transaction);
  const waiting = new Map(Map.groupBy(columns, ({ table }) => table));
  const tables: Table[] = [];
  while (waiting.size > 0) {
    const isReady = (name: string) =>
      !references.some(({ table, other }) => table === name && waiting.has(other));
    for (const [table, described] of [...waiting].filter(([name]) => isReady(name))) {
      waiting.delete(table);
      const { rows } = await sql<{ rows: string }>`
        select count(*) as rows from ${sql.table(table)}`.execute(transaction);
      const types = new Map(described.map(({ column, type }) => [column, type]));
      tables.push({ table, columns: [...types.keys()], types, rows: Number(rows[0]!.rows) });
    }
  }
  return tables;
}

async function* backupLines(transaction: Transaction<Schema>, tables: readonly Table[]) {
  const { rows } = await sql<{ name: string }>`
    select name from kysely_migration order by name`.execute(transaction);
  const header: Header = {
    format: 'consonance-backup',
    version: 1,
    migrations: rows.map(({ name }) => name),
  };
  yield `${JSON.stringify(header)}\n`;
  for (const { table, columns, rows } of tables) {
    yield `${JSON.stringify({ table, columns, rows } satisfies TableHeader)}\n`;
    const values = columns.map((name) => sql`${sql.ref(name)}::text as ${sql.ref(name)}`);
    await sql`declare backup_cursor cursor for
      select ${sql.join(values)} from ${sql.table(table)}`.execute(transaction);
    for (;;) {
      const fetched = await sql<Record<string, string | null>>`
        fetch ${sql.lit(rowsPerQuery)} from backup_cursor`.execute(transaction);
      if (fetched.rows.length === 0) break;
      const lines = fetched.rows.map((row) => JSON.stringify(columns.map((name) => row[name])));
      yield `${lines.join('\n')}\n`;
    }
    await sql`close backup_cursor`.execute(transaction);
  }
}

/** The rows of a backup, some at a time; checks that none is missing. */
async function* readBackup(file: string): AsyncGenerator<{ header: TableHeader; rows: Row[] }> {
  let table: TableHeader | undefined;
  let rows: Row[] = [];
  let missing = 0;
  let isFirst = true;
  for await (const line of linesOf(file)) {
    const value = parse(file, line);
    if (isFirst) checkHeader(file, value);
    else if (Array.isArray(value) && table && missing > 0) {
      rows.push(value as Row);
      missing -= 1;
    } else if (missing === 0 && isTableHeader(value)) {
      table = value;
      missing = value.rows;
    } else throw badBackup(file, `unexpected line ${line.slice(0, 80)}`);
    isFirst = false;
    if (table && (rows.length === rowsPerQuery || missing === 0)) {
      yield { header: table, rows };
      rows = [];
    }
  }
  if (table === undefined || missing > 0) {
    throw badBackup(file, `${missing} rows of ${table?.table ?? 'all tables'} are missing`);
  }
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const unzipped = createGunzip().setEncoding('utf8');
  // An error of the file ends both, and the loop with it.
  pipeline(createReadStream(file), unzipped).catch(() => {});
  let rest = '';
  try {
    for await (const text of unzipped) {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      yield* lines;
    }
  } catch (error) {
    throw badBackup(file, messageOf(error));
  }
  if (rest !== '') yield rest;
}

function parse(file: string, line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw badBackup(file, `unexpected line ${line.slice(0, 80)}`);
  }
}

function checkHeader(file: string, value: unknown): void {
  const { format, version, migrations: run } = value as Partial<Header>;
  if (format !== 'consonance-backup' || !Array.isArray(run)) throw badBackup(file, 'no header');
  const unknown = run.filter((name) => !(name in migrations));
  if (version !== 1 || unknown.length > 0) {
    throw new LibraryError(
      'SCHEMA_TOO_NEW',
      `${file} was written by a later version (${[`format ${version}`, ...unknown].join(', ')}): update this one`,
    );
  }
}

const isTableHeader = (value: unknown): value is TableHeader =>
  typeof value === 'object' && value !== null && 'table' in value && 'columns' in value;

async function insert(
  transaction: Transaction<Schema>,
  { table, columns }: TableHeader,
  types: ReadonlyMap<string, string>,
  rows: readonly Row[],
): Promise<void> {
  if (rows.length === 0) return;
  const values = columns.map((_, index) => sql`${rows.map((row) => row[index] ?? null)}::text[]`);
  const names = columns.map((name) => sql.ref(name));
  const casts = columns.map((name) => sql`${sql.ref(name)}::${sql.raw(types.get(name)!)}`);
  await sql`
    insert into ${sql.table(table)} (${sql.join(names)})
    select ${sql.join(casts)}
    from unnest(${sql.join(values)}) as given (${sql.join(names)})`.execute(transaction);
}

const badBackup = (file: string, reason: string): LibraryError =>
  new LibraryError('BAD_BACKUP', `${file} is not a whole backup: ${reason}`);
