import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';
import { AudioError, type FrontEnd, type MelWindow, type TrackAudio } from '@consonance/audio';
import type { Embedder, TrackEmbedding } from '@consonance/models';
import { sql } from 'kysely';
import { type Database, openDatabase } from '../src/database.ts';
import { Library, openLibrary } from '../src/library.ts';

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

/** A data directory with a new library. Making a database takes seconds. */
export async function newDataDirectory(t: { after(cleanUp: () => unknown): void }) {
  const dataDirectory = join(await temporaryFolder(t), 'data');
  await (await openLibrary({ dataDirectory })).close();
  return dataDirectory;
}

let shared: Promise<{ db: Database; library: Library }> | undefined;

/** An empty library: one database for each test file, emptied for every test. */
export async function emptyLibrary(): Promise<Library> {
  return (await emptyDatabase()).library;
}

export async function emptyDatabase(): Promise<{ db: Database; library: Library }> {
  shared ??= (async () => {
    const directory = await newDataDirectory(testFile);
    const db = await openDatabase(join(directory, 'database'));
    testFile.after(() => db.destroy());
    return { db, library: new Library(directory, db, () => {}) };
  })();
  const { db, library } = await shared;
  await sql`truncate tracks, models cascade`.execute(db);
  return { db, library };
}

export async function write(path: string, content: string | Uint8Array): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  return path;
}

/** A mono 16-bit WAV file of a sine of `frequency` Hz: other frequencies are other content. */
export function wav(frequency: number, samples = 800): Buffer {
  const bytes = Buffer.alloc(44 + samples * 2);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + samples * 2, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(8000, 24);
  bytes.writeUInt32LE(16000, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(samples * 2, 40);
  for (let i = 0; i < samples; i += 1) {
    const sample = Math.round(20000 * Math.sin((2 * Math.PI * frequency * i) / 8000));
    bytes.writeInt16LE(sample, 44 + i * 2);
  }
  return bytes;
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
