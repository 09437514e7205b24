import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AudioFormat,
  AudioWorkerPool,
  type FrontEnd,
  frontEndId,
  type Peaks,
  type TranscodeFormat,
} from '@consonance/audio';
import { type FrequencyTick, frequencyTicks } from './axis.ts';
import { FileCache } from './file-cache.ts';
import { flac, mp3, opus, playableFormat, type PlayableFormat } from './formats.ts';

const workers = 2;
const mostCacheBytes = 1024 ** 3;
/** A two-hour mix takes a minute to transcode. */
const timeoutSeconds = 600;
export const coverSizes = [64, 128, 256, 512, 1024];
const transcoded: Record<TranscodeFormat, PlayableFormat> = { flac, mp3, opus };

export interface MediaFile {
  path: string;
  contentType: string;
}

export interface StreamOptions {
  format: TranscodeFormat;
  /** bit/s; not for flac. */
  bitRate?: number;
}

/**
 * Sound and pictures of the library's files for browsers and players. Files are opened in processes
 * of their own, which start when first needed; what takes time is kept in a cache.
 *
 * All methods take a path from the library, never from a request, and throw AudioError, or a system
 * error where the file is gone.
 */
export class Media {
  readonly #pool: AudioWorkerPool;
  readonly #cache: FileCache;
  readonly #frontEnd: () => FrontEnd;

  /** @param frontEnd of the model in use */
  constructor(options: { dataDirectory: string; frontEnd: () => FrontEnd }) {
    const { dataDirectory, frontEnd } = options;
    this.#frontEnd = frontEnd;
    const outputDirectory = join(dataDirectory, 'cache');
    this.#pool = new AudioWorkerPool({
      workers,
      frontEnd: frontEnd(),
      timeoutSeconds,
      outputDirectory,
    });
    this.#cache = new FileCache(outputDirectory, mostCacheBytes);
  }

  /**
   * The file itself where browsers can play it, else as FLAC.
   * @param options another format, wanted whatever the file's is
   */
  async stream(path: string, options?: StreamOptions): Promise<MediaFile> {
    const playable = options === undefined ? playableFormat(await this.format(path)) : undefined;
    if (playable !== undefined) return { path, contentType: playable.contentType };
    const wanted = options ?? { format: 'flac' };
    const kind = `transcode ${wanted.format} ${wanted.bitRate ?? ''}`;
    const file = await this.#cached(path, kind, (target) =>
      this.#pool.transcode(path, { target, ...wanted }),
    );
    return { path: file, contentType: transcoded[wanted.format].contentType };
  }

  async format(path: string): Promise<AudioFormat> {
    const file = await this.#cached(path, 'format', async (target) => {
      await writeFile(target, JSON.stringify(await this.#pool.format(path)));
    });
    return JSON.parse(await readFile(file, 'utf8')) as AudioFormat;
  }

  /**
   * The cover as JPEG, undefined where there is none.
   * @param size most pixels wide and high; the next of coverSizes is taken, so that few are kept
   */
  async cover(path: string, size: number): Promise<MediaFile | undefined> {
    const pixels = coverSizes.find((one) => one >= size) ?? coverSizes.at(-1)!;
    try {
      const file = await this.#cached(path, `cover ${pixels}`, async (target) => {
        const picture = await this.#pool.cover(path, pixels);
        if (picture === undefined) throw new NoCover();
        await writeFile(target, picture);
      });
      return { path: file, contentType: 'image/jpeg' };
    } catch (error) {
      if (error instanceof NoCover) return undefined;
      throw error;
    }
  }

  /** The whole track's mel spectrogram as PNG, as the model hears it. */
  async spectrogram(path: string): Promise<MediaFile> {
    const frontEnd = this.#frontEnd();
    const kind = `spectrogram ${frontEndId(frontEnd)}`;
    const file = await this.#cached(path, kind, async (target) => {
      await writeFile(target, await this.#pool.spectrogram(path, frontEnd));
    });
    return { path: file, contentType: 'image/png' };
  }

  /** What the axes of the spectrogram need: it reaches from 0 to durationSeconds. */
  async axes(path: string): Promise<{ durationSeconds: number; frequencies: FrequencyTick[] }> {
    const { path: file } = await this.peaks(path);
    const { durationSeconds } = JSON.parse(await readFile(file, 'utf8')) as Peaks;
    return { durationSeconds, frequencies: frequencyTicks(this.#frontEnd()) };
  }

  /** A JSON file of Peaks. */
  async peaks(path: string): Promise<MediaFile> {
    const file = await this.#cached(path, 'peaks', async (target) => {
      await writeFile(target, JSON.stringify(await this.#pool.peaks(path)));
    });
    return { path: file, contentType: 'application/json; charset=utf-8' };
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  async #cached(
    path: string,
    kind: string,
    make: (target: string) => Promise<void>,
  ): Promise<string> {
    const { size, mtimeMs } = await stat(path);
    return this.#cache.file(JSON.stringify([kind, path, size, mtimeMs]), make);
  }
}

class NoCover extends Error {}
