import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { AudioError, type Mel, type TrackAudio } from '@consonance/audio';
import {
  type Embedder,
  ModelError,
  type ModelErrorCode,
  type TrackEmbedding,
} from '@consonance/models';
import { type Transaction, sql } from 'kysely';
import { batching } from './batching.ts';
import { type Database, transact } from './database.ts';
import { LibraryError, checkOptions, expected, messageOf } from './errors.ts';
import { recordFailure } from './failures.ts';
import { noTime } from './file-changes.ts';
import { embeddingFault, featureRow, registerModel } from './features.ts';
import { type AnalysisProgress, ProgressMeter } from './progress.ts';
import { columnsOf, type Schema, type TrackRow } from './schema.ts';
import { markFailed, traced } from './tracing.ts';
import { isUnder, realOrGiven, searchColumns, tagColumns } from './tracks.ts';
import { isMissing } from './walk.ts';

export interface AnalyzeOptions {
  /** Decodes files, several at once if it can. Rejects with an AudioError when a file is to blame. */
  audio: { analyze(path: string): Promise<TrackAudio<Mel>> };
  embedder: Embedder<Mel>;
  /** Only these files and folders; all of the library by default. */
  within?: readonly string[];
  /** Tries the files on the failure list again. */
  retryFailures?: boolean;
  /** Files decoded and not stored yet, at most: bounds the memory and what a crash can cost. */
  filesInFlight?: number;
  /** Finishes and keeps what is in flight, then returns. */
  signal?: AbortSignal;
  onProgress?: (progress: AnalysisProgress) => void;
  /** Called with the ids of tracks that were stored or failed, once the database has it. */
  onChange?: (trackIds: readonly string[]) => void;
}

const optionNames = [
  ...['audio', 'embedder', 'within', 'retryFailures', 'filesInFlight', 'signal', 'onProgress'],
  'onChange',
];

export interface PendingFile {
  id: string;
  path: string;
  size: number;
  mtime: number;
  contentHash: string;
}

interface Decoded {
  /** The file that was decoded, and those of the same content that share its result. */
  files: readonly PendingFile[];
  audio: TrackAudio<Mel>;
}

interface Embedded extends Decoded {
  embedding: TrackEmbedding;
}

/**
 * Analyses every file that has no features of this model yet and is not on the failure list.
 *
 * Each result is in the database before it is counted; killed at any moment, the next call goes on
 * where this one was. Files of the same content are analysed once.
 *
 * @throws LibraryError ANALYSIS_STOPPED when decoder, embedder or database fail as such; what was
 * stored stays, and no file is blamed
 */
export async function analyze(db: Database, options: AnalyzeOptions): Promise<AnalysisProgress> {
  checkOptions(options, optionNames);
  const { embedder, within, filesInFlight = 32, signal, onProgress, onChange } = options;
  if (!Number.isInteger(filesInFlight) || filesInFlight < 1) {
    throw expected('an integer >= 1', 'filesInFlight', filesInFlight);
  }
  await registerModel(db, embedder);
  const folders = within && (await Promise.all(within.map(realOrGiven)));
  const files = await pendingFiles(db, embedder.modelId, { ...options, folders });
  const groups = [...Map.groupBy(files, (file) => file.contentHash).values()];
  const meter = new ProgressMeter(files.length, () => performance.now());
  onProgress?.(meter.state('analysing'));

  let stopped: LibraryError | undefined;
  const isStopping = () => stopped !== undefined || signal?.aborted === true;
  const analyzeGroup = groupAnalysis(db, {
    ...options,
    isStopping,
    record: ({ id }, failure) => recordFailure(db, id, failure),
    onOutcome(done, failure) {
      if (failure) meter.add('failed');
      else {
        meter.add('analysed');
        meter.add('reused', done.length - 1);
      }
      onChange?.(done.map(({ id }) => id));
      onProgress?.(meter.state('analysing', done[0]!.path));
    },
  });
  const queue = groups.values();
  async function analyzeSome() {
    while (!isStopping()) {
      const { value: group } = queue.next();
      if (group === undefined) return;
      await analyzeGroup(group).catch((error: unknown) => {
        // What stopped this process may have stopped its decoders, too.
        if (!signal?.aborted) stopped ??= asStopped(error);
      });
    }
  }
  await Promise.all(Array.from({ length: filesInFlight }, analyzeSome));
  if (stopped) throw stopped;
  const progress = meter.state(signal?.aborted ? 'aborted' : 'finished');
  onProgress?.(progress);
  return progress;
}

/** A file on this machine. Disposing of it deletes what was made for the purpose only. */
export interface LocalFile extends AsyncDisposable {
  path: string;
}

/** This machine lacks the file, now at least: its analysis has not even begun. */
export class NotLocatedError extends Error {}

export interface GroupAnalysisOptions extends Pick<AnalyzeOptions, 'audio' | 'embedder'> {
  /** Where this machine has the file, or a copy of it; where the library has it by default. */
  locate?: (file: PendingFile) => Promise<LocalFile>;
  isStopping: () => boolean;
  record: (file: PendingFile, failure: Failure) => Promise<void>;
  /** The files that the result was stored for, or the one that failed. */
  onOutcome: (files: readonly PendingFile[], failure: Failure | undefined) => void;
}

/**
 * Analyses files of one content, one after the other, until one of them could be analysed and so the
 * rest are. Several groups may be under way at once: their embeddings are computed in batches.
 *
 * It rejects when decoder, embedder or database fail as such, or with a NotLocatedError: then no file
 * is to blame.
 */
export function groupAnalysis(
  db: Database,
  { audio, embedder, locate, isStopping, record, onOutcome }: GroupAnalysisOptions,
): (group: readonly PendingFile[]) => Promise<void> {
  // Two stages, so that a batch is embedded while the one before it is stored.
  const embed = batching(8, embeddingOrFailure(embedder));
  const keep = batching<Embedded, Outcome>(8, (items) => keepAll(db, embedder, items));

  async function analyzeFirst(files: readonly PendingFile[]): Promise<Outcome> {
    const file = files[0]!;
    await using local =
      locate &&
      (await traced('fetch', {}, () => locate(file)).catch((error: unknown) => {
        throw new NotLocatedError(messageOf(error), { cause: error });
      }));
    const path = local?.path ?? file.path;
    let decoded: Decoded | Failure;
    try {
      decoded = { files, audio: await traced('decode', {}, () => audio.analyze(path)) };
    } catch (error) {
      if (!(error instanceof AudioError)) throw error;
      decoded = { code: error.code, message: error.message };
    }
    const now = await stat(path).catch((error: unknown) => error as Error);
    if (now instanceof Error && !isMissing(now)) {
      // Storage that has dropped out, say, which is not for long: neither the file nor what is known of it is gone.
      await letReadAgain(db, file);
      return { code: 'UNREADABLE', message: now.message };
    }
    if (now instanceof Error || !isAsScanned(file, now, locate ? mountedTolerance : 0)) {
      await letReadAgain(db, file);
      return changed;
    }
    if ('code' in decoded) return decoded;
    const embedded = await traced('embed', {}, () => embed(decoded));
    return 'code' in embedded ? embedded : traced('store', {}, () => keep(embedded));
  }

  return async (group) => {
    for (const [index, file] of group.entries()) {
      if (isStopping()) return;
      const files = group.slice(index);
      const attributes = {
        'consonance.content_hash': file.contentHash,
        'consonance.files': files.length,
        'consonance.model_id': embedder.modelId,
      };
      const failure = await traced('analyze', attributes, async (span) => {
        const outcome = await analyzeFirst(files);
        if (outcome) markFailed(span, outcome);
        return outcome;
      });
      if (failure) await record(file, failure);
      onOutcome(failure ? [file] : files, failure);
      if (!failure) return;
    }
  };
}

export interface Failure {
  code: string;
  message: string;
}

/** Undefined: analysed and stored. */
type Outcome = Failure | undefined;

export function asStopped(error: unknown): LibraryError {
  return new LibraryError('ANALYSIS_STOPPED', `The analysis stopped: ${messageOf(error)}`, {
    cause: error,
  });
}

/** The files without features of this model, by path. */
export async function pendingFiles(
  db: Database,
  modelId: string,
  {
    folders,
    contentHash,
    retryFailures = false,
  }: {
    folders?: readonly string[] | undefined;
    contentHash?: string;
    retryFailures?: boolean;
  } = {},
): Promise<PendingFile[]> {
  return db
    .selectFrom('tracks')
    .select(['id', 'path', 'size', 'mtime'])
    .select(sql<string>`content_hash`.as('contentHash'))
    .where('vanished_at', 'is', null)
    .where('content_hash', 'is not', null)
    .where(
      sql<boolean>`not exists (select from features
        where track_id = tracks.id and model_id = ${modelId})`,
    )
    .$if(!retryFailures, (pending) =>
      pending.where(sql<boolean>`not exists (select from failures where track_id = tracks.id)`),
    )
    .$if(contentHash !== undefined, (pending) => pending.where('content_hash', '=', contentHash!))
    .$if(folders !== undefined, (pending) =>
      pending.where(({ or }) => or((folders ?? []).map(isUnder))),
    )
    .orderBy('path')
    .execute();
}

/** A model that fails over more files in a row is to blame itself. */
const mostBlamedInARow = 8;
/** Of errors of a model that a file may have caused. */
const fileCodes = new Set<ModelErrorCode>(['BAD_INPUT', 'CRASHED']);

/**
 * Embeds several tracks together. Where the model fails over them, each is tried alone, and the one over which it
 * fails again is to blame; whatever this throws, no file is.
 */
function embeddingOrFailure(
  embedder: Embedder<Mel>,
): (items: readonly Decoded[]) => Promise<(Embedded | Failure)[]> {
  let blamedInARow = 0;
  return async function embed(items) {
    try {
      const results = await embedAll(embedder, items);
      blamedInARow = 0;
      return results;
    } catch (error) {
      if (!(error instanceof ModelError) || !fileCodes.has(error.code)) throw error;
      if (items.length === 1) {
        if (blamedInARow === mostBlamedInARow) throw error;
        blamedInARow += 1;
        return [{ code: error.code, message: error.message }];
      }
    }
    const results: (Embedded | Failure)[] = [];
    for (const item of items) results.push(...(await embed([item])));
    return results;
  };
}

/** Whatever this throws, no file is to blame. */
async function embedAll(embedder: Embedder<Mel>, items: readonly Decoded[]): Promise<Embedded[]> {
  const embeddings = await embedder.embed(items.map(({ audio }) => audio.windows));
  const shapes = embeddings.map(({ embedding }) => embedding.length);
  if (shapes.length !== items.length || shapes.some((length) => length !== embedder.dimensions)) {
    throw new Error(
      `Expected ${items.length} embeddings of ${embedder.dimensions} numbers from model ` +
        `${embedder.modelId} but received ${shapes.length} of ${shapes.join(', ')}`,
    );
  }
  return items.map((item, index) => ({ ...item, embedding: embeddings[index]! }));
}

/** Stores what can be stored. Whatever this throws, no file is to blame. */
async function keepAll(
  db: Database,
  embedder: Embedder<Mel>,
  results: readonly Embedded[],
): Promise<Outcome[]> {
  const faults = results.map(({ embedding }) => embeddingFault(embedding));
  const usable = results.filter((_, index) => faults[index] === undefined);
  await transact(db, (transaction) => store(transaction, embedder, usable));
  return faults.map((message) =>
    message === undefined ? message : { code: 'BAD_EMBEDDING', message },
  );
}

/** Leaves out the files in which a scan found other content meanwhile. */
async function store(
  transaction: Transaction<Schema>,
  embedder: Embedder<Mel>,
  results: readonly Embedded[],
): Promise<void> {
  const tracks = results.flatMap(({ files, audio }) => {
    const tags = tagColumns(audio);
    return files.map(({ id, path, contentHash }) => ({
      id,
      content_hash: contentHash,
      ...tags,
      ...searchColumns(path, tags),
    }));
  });
  if (tracks.length === 0) return;
  const updated = await transaction
    .updateTable('tracks')
    .from(
      sql<TrackRow>`json_populate_recordset(null::tracks, ${JSON.stringify(tracks)})`.as('heard'),
    )
    .set(columnsOf('heard', tracks[0]!))
    .whereRef('tracks.id', '=', 'heard.id')
    .whereRef('tracks.content_hash', '=', 'heard.content_hash')
    .returning('tracks.id')
    .execute();
  if (updated.length === 0) return;
  const ids = updated.map(({ id }) => id);
  const rows = results.flatMap(({ files, audio, embedding }) =>
    files
      .filter(({ id }) => ids.includes(id))
      .map(({ id }) => featureRow(embedder, id, audio.windows, embedding)),
  );
  await transaction
    .insertInto('features')
    .values(rows)
    // Of two processes that analysed the same file, the first has stored it.
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await transaction.deleteFrom('failures').where('track_id', 'in', ids).execute();
}

/** Milliseconds by which the times of one file differ between file systems that carry it. */
const mountedTolerance = 2000;

function isAsScanned({ size, mtime }: PendingFile, now: Stats, tolerance: number) {
  return now.size === size && Math.abs(now.mtimeMs - mtime) <= tolerance;
}

const changed: Failure = {
  code: 'CHANGED',
  message: 'The file changed or vanished while it was analysed: the next scan looks again',
};

/** The next scan compares the content, whatever the file's times say. */
async function letReadAgain(db: Database, { id }: PendingFile): Promise<void> {
  await db.updateTable('tracks').set({ mtime: noTime }).where('id', '=', id).execute();
}
