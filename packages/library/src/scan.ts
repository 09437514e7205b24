import { stat } from 'node:fs/promises';
import { audioExtensions } from '@consonance/audio';
import { type Transaction, sql } from 'kysely';
import { contentHash } from './content-hash.ts';
import { type Database, transact } from './database.ts';
import { checkOptions, messageOf } from './errors.ts';
import { recordFailure } from './failures.ts';
import { copyFeatures } from './features.ts';
import { type Content, type FileChange, type FileOutcome } from './file-changes.ts';
import { decideChange, isUnchanged } from './file-changes.ts';
import type { Schema, TrackRow } from './schema.ts';
import { columnsOf } from './schema.ts';
import { isUnder } from './tracks.ts';
import { type ScanProblem, type WalkReport, type WalkedFile, isMissing, walk } from './walk.ts';

/** Counts of files; the outcomes add up to `found`, `vanished` come on top. */
export type ScanCounts = Record<FileOutcome | 'found' | 'vanished', number>;

export interface ScanResult extends ScanCounts {
  problems: ScanProblem[];
}

export interface ScanOptions {
  /** Stops between files; what was found so far is kept, and nothing is marked as vanished. */
  signal?: AbortSignal;
  onProgress?: (counts: Readonly<ScanCounts>, path: string) => void;
  /** Called with the ids of tracks that were added, changed or have vanished. */
  onChange?: (trackIds: readonly string[]) => void;
}

const batchSize = 128;

/**
 * Brings the library's list of files up to date with these files and folders. A file counts as
 * unchanged while its path, size and modification time are; only others are read.
 */
export async function scan(
  db: Database,
  roots: readonly string[],
  options: ScanOptions = {},
): Promise<ScanResult> {
  checkOptions(options, ['signal', 'onProgress', 'onChange']);
  const { signal, onProgress, onChange = () => {} } = options;
  const counts: ScanCounts = {
    found: 0,
    added: 0,
    moved: 0,
    changed: 0,
    touched: 0,
    restored: 0,
    unchanged: 0,
    vanished: 0,
  };
  const report: WalkReport = { roots: new Set(), files: new Set(), problems: [] };

  let batch: WalkedFile[] = [];
  const flush = async () => {
    const files = batch;
    batch = [];
    const changes = await updateFiles(db, files);
    for (const { outcome } of changes) {
      counts.found += 1;
      counts[outcome] += 1;
    }
    onChange(changes.flatMap(({ row }) => row?.id ?? []));
    const last = files.at(-1);
    if (last) onProgress?.(counts, last.path);
  };

  for await (const file of walk(roots, audioExtensions, report)) {
    if (signal?.aborted) break;
    batch.push(file);
    if (batch.length === batchSize) await flush();
  }
  await flush();
  if (!signal?.aborted) {
    const vanished = await markVanished(db, report);
    counts.vanished = vanished.length;
    onChange(vanished);
  }
  return { ...counts, problems: report.problems };
}

/**
 * Reads what may have changed and then, in one transaction, decides and writes. Several processes may
 * scan one database: what they found is decided one after the other, on what the others have written.
 */
async function updateFiles(db: Database, files: readonly WalkedFile[]): Promise<FileChange[]> {
  const before = await byPath(db, files);
  const toRead = files.filter((file) => !isUnchanged(file, before.get(file.path)));
  const isBack = (file: WalkedFile) => before.get(file.path)?.vanished_at != null;
  if (toRead.length === 0 && !files.some(isBack)) {
    return files.map(() => ({ outcome: 'unchanged', isNewContent: false }));
  }
  const contents = new Map<WalkedFile, Content>();
  await Promise.all(toRead.map(async (file) => contents.set(file, await readContent(file))));
  const hashes = [...contents.values()].flatMap(({ hash }) => hash ?? []);
  return transact(db, async (transaction) => {
    await sql`select pg_advisory_xact_lock(${scanLock})`.execute(transaction);
    const known = await byPath(transaction, files);
    const twins = await byHash(transaction, hashes);
    const gone = await missingOf(twins);
    const changes = files.map((file) => {
      const content = contents.get(file);
      const sameContent = twins.filter((twin) => content && twin.content_hash === content.hash);
      return decideChange(file, known.get(file.path), content, sameContent, gone);
    });
    await writeChanges(transaction, changes);
    return changes;
  });
}

/** Any number that nothing else locks. */
const scanLock = 7_260_105;

async function byPath(db: Database, files: readonly WalkedFile[]) {
  if (files.length === 0) return new Map<string, TrackRow>();
  const paths = files.map((file) => file.path);
  const rows = await db.selectFrom('tracks').selectAll().where('path', 'in', paths).execute();
  return new Map(rows.map((row) => [row.path, row]));
}

async function byHash(db: Database, hashes: readonly string[]) {
  // Looked up one by one ("offset 0" stays a query of its own): without statistics, as in a library that this scan
  // fills, PostgreSQL expects each hash at many tracks, and would rather read all of them for every batch.
  const { rows } = await sql<TrackRow>`
    select found.* from unnest(${[...new Set(hashes)]}::text[]) as wanted (hash)
    cross join lateral (select * from tracks where content_hash = wanted.hash offset 0) as found`.execute(
    db,
  );
  return rows;
}

async function readContent(file: WalkedFile): Promise<Content> {
  if (file.badName) {
    const message = 'The file name is not valid UTF-8: rename the file';
    return { hash: null, failure: { code: 'BAD_NAME', message } };
  }
  try {
    return { hash: await contentHash(file.path, file.size) };
  } catch (error) {
    return { hash: null, failure: { code: 'UNREADABLE', message: messageOf(error) } };
  }
}

async function writeChanges(transaction: Transaction<Schema>, changes: readonly FileChange[]) {
  const rows = changes.flatMap(({ row }) => row ?? []);
  if (rows.length > 0) {
    await transaction
      .insertInto('tracks')
      .values(rows)
      .onConflict((conflict) => conflict.column('id').doUpdateSet(columnsOf('excluded', rows[0]!)))
      .execute();
  }
  const renewed = changes.flatMap(({ row, isNewContent }) => (row && isNewContent ? row.id : []));
  if (renewed.length > 0) {
    await transaction.deleteFrom('features').where('track_id', 'in', renewed).execute();
    await transaction.deleteFrom('failures').where('track_id', 'in', renewed).execute();
    await copyFeatures(transaction, renewed);
  }
  const readable = changes.flatMap(({ row, failure }) => (row && !failure ? row.id : []));
  if (readable.length > 0) {
    await transaction
      .deleteFrom('failures')
      .where('track_id', 'in', readable)
      .where('code', 'in', ['CHANGED', 'UNREADABLE'])
      .execute();
  }
  for (const { row, failure } of changes) {
    if (row && failure) await recordFailure(transaction, row.id, failure);
  }
}

/**
 * Marks the tracks below the report's roots whose files the walk did not meet and are gone.
 *
 * @returns their ids
 */
async function markVanished(db: Database, report: WalkReport): Promise<string[]> {
  const vanished: string[] = [];
  for (const root of report.roots) {
    const tracks = await db
      .selectFrom('tracks')
      .select(['id', 'path'])
      .where('vanished_at', 'is', null)
      .where(isUnder(root))
      .execute();
    vanished.push(...(await missingOf(tracks.filter(({ path }) => !report.files.has(path)))));
  }
  const ids = [...new Set(vanished)];
  for (let first = 0; first < ids.length; first += 1000) {
    await transact(db, (transaction) =>
      transaction
        .updateTable('tracks')
        .set({ vanished_at: new Date() })
        .where('id', 'in', ids.slice(first, first + 1000))
        .execute(),
    );
  }
  return ids;
}

/** Ids of the tracks whose file is not there; one that merely cannot be reached is not gone. */
async function missingOf(tracks: readonly { id: string; path: string }[]): Promise<Set<string>> {
  const missing = new Set<string>();
  for (const { id, path } of tracks) {
    await stat(path).catch((error: unknown) => isMissing(error) && missing.add(id));
  }
  return missing;
}
