import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { sql } from 'kysely';
import { type AnalyzeOptions, analyze } from './analyze.ts';
import { backup, restore } from './backup.ts';
import type { Change, ChangeListener, Changes } from './changes.ts';
import type { Database, OpenDatabase } from './database.ts';
import { openEmbedded } from './embedded.ts';
import { LibraryError, checkOptions, expected, messageOf, serverError } from './errors.ts';
import { listFailures } from './failures.ts';
import { listModels, readFeatures, readFeaturesOf, readWindows } from './features.ts';
import { addFolder, listFolders, removeFolder } from './folders.ts';
import {
  type Listen,
  addListener,
  addListens,
  addRecommendations,
  listListeners,
  listListens,
  listRecommendations,
  removeListener,
} from './listening.ts';
import { lockDirectory } from './lock.ts';
import { type MapPoint, readMap, saveMap } from './map.ts';
import { type NeighbourQuery, hasFeatures, nearestTracks } from './neighbours.ts';
import { listPlaylists, removePlaylist, savePlaylist } from './playlists.ts';
import { type QueueDatabase, type WorkOptions, readQueueStatus, work } from './queue.ts';
import { type ScanOptions, scan } from './scan.ts';
import { openServer } from './server.ts';
import { readSetting, saveSetting } from './settings.ts';
import { StudyStore } from './studies.ts';
import {
  type TrackQuery,
  findTrack,
  forgetTracks,
  getTracks,
  hideTracks,
  listTracks,
  readTrackEntries,
} from './tracks.ts';
import { Users } from './users.ts';

/** Counts of files. `files` = `analysed` + `failed` + `pending` for each model. */
export interface LibraryStatus {
  /** Present at the last scan. */
  files: number;
  vanished: number;
  /** On the failure list. */
  failed: number;
  models: { modelId: string; analysed: number; failed: number; pending: number }[];
}

/** A music library. See the functions that the methods call. */
export class Library {
  readonly dataDirectory: string;
  readonly users: Users;
  readonly studies: StudyStore;
  readonly #db: Database;
  readonly #queue: QueueDatabase;
  readonly #changes: Changes;
  readonly #prepare: OpenDatabase['prepare'];
  readonly #release: () => void;

  constructor(
    dataDirectory: string,
    { db, queue, changes, prepare }: OpenDatabase,
    release: () => void,
  ) {
    this.dataDirectory = dataDirectory;
    this.users = new Users(db, changes);
    this.studies = new StudyStore(db);
    this.#db = db;
    this.#queue = queue;
    this.#changes = changes;
    this.#prepare = prepare;
    this.#release = release;
  }

  /** Whether other processes may have the same library open, see `work`. */
  get isShared(): boolean {
    return this.#changes.areShared;
  }

  /** Hears what other processes on the same database server change, see `Changes`. */
  listen(listener: ChangeListener): void {
    this.#changes.listen(listener);
  }

  /** Tells the other processes what no method here does. */
  announce(change: Change): void {
    this.#changes.announce(change);
  }

  /** The options, with a listener that tells the other processes, too. */
  #announced<T extends Pick<ScanOptions, 'onChange'>>(options: T): T {
    const onChange = (trackIds: readonly string[]) => {
      options.onChange?.(trackIds);
      this.announce({ kind: 'tracks', ids: trackIds });
    };
    return { ...options, onChange };
  }

  scan(roots: readonly string[], options: ScanOptions = {}) {
    return scan(this.#db, roots, this.#announced(options));
  }

  async analyze(options: AnalyzeOptions) {
    await this.#prepare(options.embedder);
    return analyze(this.#db, this.#announced(options));
  }

  async work(options: WorkOptions) {
    await this.#prepare(options.embedder);
    return work(this.#db, this.#queue, this.#announced(options)).catch((error: unknown) => {
      // The queue has connections of its own.
      throw serverError(error);
    });
  }

  queueStatus(modelId: string) {
    return readQueueStatus(this.#db, modelId);
  }

  tracks(query?: TrackQuery) {
    return listTracks(this.#db, query);
  }

  find(idOrPath: string) {
    return findTrack(this.#db, idOrPath);
  }

  getTracks(ids: readonly string[]) {
    return getTracks(this.#db, ids);
  }

  entries(ids?: readonly string[]) {
    return readTrackEntries(this.#db, ids);
  }

  async hide(folder: string, others: readonly string[]) {
    const ids = await hideTracks(this.#db, folder, others);
    this.announce({ kind: 'tracks', ids });
    return ids;
  }

  addFolder(path: string) {
    return addFolder(this.#db, path);
  }

  folders() {
    return listFolders(this.#db);
  }

  removeFolder(id: string) {
    return removeFolder(this.#db, id);
  }

  savePlaylist(playlist: Parameters<typeof savePlaylist>[1]) {
    return savePlaylist(this.#db, playlist);
  }

  playlists() {
    return listPlaylists(this.#db);
  }

  removePlaylist(id: string) {
    return removePlaylist(this.#db, id);
  }

  setting(name: string) {
    return readSetting(this.#db, name);
  }

  async saveSetting(name: string, value: unknown) {
    await saveSetting(this.#db, name, value);
    this.announce({ kind: 'setting', name });
  }

  async forget(targets: readonly string[]) {
    const { ids, unknown } = await forgetTracks(this.#db, targets);
    this.announce({ kind: 'tracks', ids });
    return { forgotten: ids.length, unknown };
  }

  failures() {
    return listFailures(this.#db);
  }

  models() {
    return listModels(this.#db);
  }

  features(modelId: string) {
    return readFeatures(this.#db, modelId);
  }

  featuresOf(modelId: string, trackIds: readonly string[]) {
    return readFeaturesOf(this.#db, modelId, trackIds);
  }

  hasFeatures(modelId: string, count: number) {
    return hasFeatures(this.#db, modelId, count);
  }

  nearest(modelId: string, embedding: Float32Array, query: NeighbourQuery) {
    return nearestTracks(this.#db, modelId, embedding, query);
  }

  windows(modelId: string, trackIds: readonly string[]) {
    return readWindows(this.#db, modelId, trackIds);
  }

  addListener(listener: string) {
    return addListener(this.#db, listener);
  }

  removeListener(listener: string) {
    return removeListener(this.#db, listener);
  }

  addListens(listener: string, listens: readonly Listen[]) {
    return addListens(this.#db, listener, listens);
  }

  listens(listener: string) {
    return listListens(this.#db, listener);
  }

  listeners(name?: string) {
    return listListeners(this.#db, name);
  }

  addRecommendations(listener: string, trackIds: readonly string[], at: number) {
    return addRecommendations(this.#db, listener, trackIds, at);
  }

  recommendations(listener: string) {
    return listRecommendations(this.#db, listener);
  }

  async saveMap(modelId: string, points: readonly MapPoint[]) {
    await saveMap(this.#db, modelId, points);
    this.announce({ kind: 'map', modelId });
  }

  map(modelId: string) {
    return readMap(this.#db, modelId);
  }

  status(): Promise<LibraryStatus> {
    return readStatus(this.#db);
  }

  backup(file: string) {
    return backup(this.#db, file);
  }

  async restore(file: string) {
    const counts = await restore(this.#db, file);
    for (const model of await this.models()) await this.#prepare(model);
    return counts;
  }

  /** 'PostgreSQL 18.4 with pgvector 0.8.5' */
  async databaseVersion(): Promise<string> {
    const { rows } = await sql<{ server: string; vector: string }>`
      select current_setting('server_version') as server, extversion as vector
      from pg_extension where extname = 'vector'`.execute(this.#db);
    return `PostgreSQL ${rows[0]?.server} with pgvector ${rows[0]?.vector}`;
  }

  /** Waits for the query that is running; the directory may be opened again afterwards. */
  async close(): Promise<void> {
    await this.#changes.close();
    await this.#db.destroy();
    this.#release();
  }
}

export interface LibraryLocation {
  /** Made when it does not exist (a few seconds). */
  dataDirectory: string;
  /** Of a PostgreSQL server; without one the database is embedded, in the data directory. */
  databaseUrl?: string | undefined;
}

/**
 * Opens the library. An embedded database belongs to one process at a time; one on a server, with a
 * data directory for what is this machine's own, to any number.
 *
 * @throws LibraryError LOCKED, BAD_DATA_DIRECTORY, BAD_DATABASE, SCHEMA_TOO_NEW
 */
export async function openLibrary(location: LibraryLocation): Promise<Library> {
  checkOptions(location, ['dataDirectory', 'databaseUrl']);
  const { dataDirectory, databaseUrl } = location;
  if (typeof dataDirectory !== 'string' || dataDirectory === '') {
    throw expected('a path', 'dataDirectory', dataDirectory);
  }
  const directory = resolve(dataDirectory);
  let release = () => {};
  try {
    await mkdir(directory, { recursive: true });
    if (databaseUrl !== undefined) {
      return new Library(directory, await openServer(databaseUrl), release);
    }
    release = lockDirectory(directory);
    return new Library(directory, await openEmbedded(join(directory, 'database')), release);
  } catch (error) {
    release();
    if (error instanceof LibraryError) throw error;
    throw new LibraryError(
      'BAD_DATA_DIRECTORY',
      `Cannot open the library in ${directory}: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

async function readStatus(db: Database): Promise<LibraryStatus> {
  const files = await sql<{ present: number; vanished: number; failed: number }>`
    select count(*) filter (where vanished_at is null) as present,
      count(*) filter (where vanished_at is not null) as vanished,
      count(*) filter (where vanished_at is null and failures.track_id is not null) as failed
    from tracks left join failures on failures.track_id = tracks.id`.execute(db);
  const models = await sql<{ model_id: string; analysed: number; failed: number }>`
    select models.model_id,
      count(features.track_id) as analysed,
      count(failures.track_id) filter (where features.track_id is null) as failed
    from models
    left join tracks on tracks.vanished_at is null
    left join features on features.track_id = tracks.id and features.model_id = models.model_id
    left join failures on failures.track_id = tracks.id
    group by models.model_id, models.added_at order by models.added_at`.execute(db);
  const { present, vanished, failed } = files.rows[0]!;
  return {
    files: Number(present),
    vanished: Number(vanished),
    failed: Number(failed),
    models: models.rows.map((model) => {
      const [analysed, failures] = [Number(model.analysed), Number(model.failed)];
      const pending = Number(present) - analysed - failures;
      return { modelId: model.model_id, analysed, failed: failures, pending };
    }),
  };
}
