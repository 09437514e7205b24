import type { Insertable } from 'kysely';
import type { Schema, TrackRow } from './schema.ts';
import { type TagColumns, newTrackId, noTags, searchColumns, tagsOf } from './tracks.ts';
import type { WalkedFile } from './walk.ts';

export type FileOutcome =
  | 'added'
  | 'moved' // known content at a new path, the old path gone: id and features stay
  | 'changed' // new content at a known path: to be analysed again
  | 'touched' // another modification time, the same content
  | 'restored' // had vanished, is back
  | 'unchanged';

/** A file's content hash, or null and why it could not be read. */
export interface Content {
  hash: string | null;
  failure?: { code: string; message: string };
}

/** What one file means for the library. */
export interface FileChange {
  outcome: FileOutcome;
  /** The row to write; absent when nothing changes. */
  row?: Insertable<Schema['tracks']>;
  /** What was known about the content, features and failure, is void. */
  isNewContent: boolean;
  failure?: Content['failure'];
}

/** In place of a modification time: no file has it, so that the next scan reads this one. */
export const noTime = -1;

/** True when the file need not be read. A track without hash could not be read the last time. */
export function isUnchanged(file: WalkedFile, known: TrackRow | undefined): boolean {
  return known?.content_hash != null && known.size === file.size && known.mtime === file.mtime;
}

/**
 * @param known the track at this path
 * @param content what was read; undefined when the file is unchanged
 * @param twins tracks with this content, whatever their path
 * @param gone ids of twins whose file is no longer there; the one that moved here is taken out
 */
export function decideChange(
  file: WalkedFile,
  known: TrackRow | undefined,
  content: Content | undefined,
  twins: readonly TrackRow[],
  gone: Set<string>,
): FileChange {
  const failure = content?.failure;
  // Of what cannot be read now, what is known stays until it can be compared.
  const hash = content?.hash ?? known?.content_hash ?? null;
  const rowWith = (id: string, tags: TagColumns) => ({
    id,
    path: file.path,
    size: file.size,
    mtime: failure ? noTime : file.mtime,
    content_hash: hash,
    ...tags,
    ...searchColumns(file.path, tags),
    vanished_at: null,
  });
  const analysedTwin = twins.find((twin) => twin.duration !== null);
  const knownTags = analysedTwin ? tagsOf(analysedTwin) : noTags;

  if (known && known.content_hash !== hash) {
    const row = rowWith(known.id, knownTags);
    return { outcome: 'changed', row, isNewContent: true, failure };
  }
  if (known) {
    const isSame = hash === null || content === undefined;
    const outcome = known.vanished_at !== null ? 'restored' : isSame ? 'unchanged' : 'touched';
    if (outcome === 'unchanged') return { outcome, isNewContent: false, failure };
    return { outcome, row: rowWith(known.id, tagsOf(known)), isNewContent: false, failure };
  }
  const moved = twins.find((twin) => gone.delete(twin.id));
  if (moved) {
    return { outcome: 'moved', row: rowWith(moved.id, tagsOf(moved)), isNewContent: false };
  }
  return { outcome: 'added', row: rowWith(newTrackId(), knownTags), isNewContent: true, failure };
}
