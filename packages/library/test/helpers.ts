import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';
import { AudioError, type FrontEnd, type MelWindow, type TrackAudio } from '@consonance/audio';
import type { Embedder, TrackEmbedding } from '@consonance/models';
import { sql } from 'kysely';
import type { Database, OpenDatabase } from '../src/database.ts';
import { openEmbedded } from '../src/embedded.ts';
import { Library, openLibrary } from '../src/library.ts';
import { openServer } from '../src/server.ts';
import { type PostgresPlace, startPostgres } from './postgres-server.ts';

export { wav } from '@consonance/audio/testing';

export async function temporaryFolder(t: { after(cleanUp: () => unknown): void }) {
  const folder = await mkdtemp(join(tmpdir(), 'consonance-library-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const cleanUps: (() => unknown)[] = [];
after(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
});

/** Stands for a test where something lives as long as the test file. */
export const testFile = { after: (cleanUp: () => unknown) => void cleanUps.push(cleanUp) };

let empty: Promise<string> | undefined;

/** A data directory with a new library. Making a database takes seconds, copying one does not. */
export async function newDataDirectory(t: { after(cleanUp: () => unknown): void }) {
  empty ??= (async () => {
    const dataDirectory = join(await temporaryFolder(testFile), 'data');
    await (await openLibrary({ dataDirectory })).close();
    return dataDirectory;
  })();
  const copy = join(await temporaryFolder(t), 'data');
  await cp(await empty, copy, { recursive: true });
  return copy;
}

interface Store {
  db: Database;
  library: Library;
}

async function openEmbeddedStore(): Promise<Store> {
  const directory = await newDataDirectory(testFile);
  return storeOf(directory, await openEmbedded(join(directory, 'database')));
}

function storeOf(directory: string, opened: OpenDatabase): Store {
  testFile.after(() => opened.db.destroy());
  return { db: opened.db, library: new Library(directory, opened, () => {}) };
}

let openStore = openEmbeddedStore;
let shared: Promise<Store> | undefined;

/** The test files that say what any database is to do, by `emptyLibrary` and `emptyDatabase`. */
export const contract = [
  ...['scan', 'tracks', 'analyze', 'listening', 'dashboard', 'users', 'studies', 'neighbours'],
  'queue',
];

/**
 * From here on, the tests of this process use a database on a PostgreSQL server.
 *
 * @param place of the server to start, or an empty database on one that runs
 */
export function useServer(place: PostgresPlace | { databaseUrl: string }): void {
  openStore = async () => {
    const folder = await temporaryFolder(testFile);
    if ('databaseUrl' in place) return storeOf(folder, await openServer(place.databaseUrl));
    const server = await startPostgres(place);
    testFile.after(() => server.close());
    return storeOf(folder, await openServer(await server.newDatabase()));
  };
}

/** An empty library: one database for each test file, emptied for every test. */
export async function emptyLibrary(): Promise<Library> {
  return (await emptyDatabase()).library;
}

export async function emptyDatabase(): Promise<Store> {
  const { db, library } = await (shared ??= openStore());
  await sql`truncate tracks, models cascade`.execute(db);
  return { db, library };
}

export async function write(path: string, content: string | Uint8Array): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  return path;
}

/**
 * A decoder that reads just the files of `wav`, in this process, so that the library's tests need
 * neither a native addon nor a codec: the samples stand in for the mel values.
 */
export const wavReader = {
  async analyze(path: string): Promise<TrackAudio> {
    const bytes = await readFile(path);
    if (bytes.length === 0) throw new AudioError('EMPTY', `${path} is empty`);
    if (bytes.toString('latin1', 0, 4) !== 'RIFF') {
      throw new AudioError('NOT_AUDIO', `${path} is not a WAV file`);
    }
    const samples = new Int16Array(bytes.buffer.slice(bytes.byteOffset + 44));
    const mel = Float32Array.from(samples, (sample) => sample / 32768);
    const windows = [0, 1].map((index) => {
      const half = Math.floor(mel.length / 2);
      return {
        startSeconds: (index * half) / 8000,
        mel: mel.slice(index * half, (index + 1) * half),
      };
    });
    return { durationSeconds: mel.length / 8000, tags: { genres: [] }, windows, warnings: [] };
  },
};

const frontEnd: FrontEnd = {
  sampleRate: 8000,
  fftSize: 2,
  hopLength: 1,
  melBands: 1,
  fMin: 0,
  fMax: 4000,
  melScale: 'slaney',
  melNorm: 'none',
  power: 1,
  compression: 'log',
  windowSeconds: 0.05,
  windowsPerTrack: 2,
};

/** A second, small implementation of Embedder: autocorrelations of the values at a few lags. */
export function statisticsEmbedder(modelId = 'statistics'): Embedder {
  const lags = [0, 1, 2, 3, 5, 8, 13, 21];
  const embedWindow = ({ mel }: MelWindow) =>
    unit(lags.map((lag) => mel.reduce((sum, value, i) => sum + value * (mel[i + lag] ?? 0), 0)));
  const embedTrack = (windows: MelWindow[]): TrackEmbedding => {
    const windowEmbeddings = windows.map(embedWindow);
    const sums = lags.map((_, i) => windowEmbeddings.reduce((sum, row) => sum + row[i]!, 0));
    const embedding = unit(sums);
    const low = (1 + embedding[3]!) / 2;
    const windowGenres = windows.map(() => Float32Array.of(low, 1 - low));
    return { embedding, genres: { low, high: 1 - low }, windowEmbeddings, windowGenres };
  };
  return {
    modelId,
    frontEnd,
    dimensions: lags.length,
    labels: ['low', 'high'],
    embed: async (tracks) => tracks.map(embedTrack),
    close: async () => {},
  };
}

export function unit(values: readonly number[]): Float32Array {
  const length = Math.hypot(...values);
  return Float32Array.from(values, (value) => value / length);
}
