import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { AudioWorkerPool, type FrontEnd } from '@consonance/audio';
import type { Track } from '@consonance/library';

const soundCheckSeconds = 10;

/**
 * The clips of listening studies: excerpts of one loudness, format and size, made once and kept while a
 * study is open, so that a clip sounds the same to everybody. Encoders are processes that start when
 * first needed and give way to the server.
 */
export class StudyClips {
  readonly #directory: string;
  readonly #frontEnd: FrontEnd;
  readonly #underWay = new Map<string, Promise<string>>();
  #pool: AudioWorkerPool | undefined;

  constructor(dataDirectory: string, frontEnd: FrontEnd) {
    this.#directory = path.join(dataDirectory, 'study-clips');
    this.#frontEnd = frontEnd;
  }

  /**
   * The file of a track's clip: MP3 of `seconds` from the middle of the song.
   *
   * @throws AudioError when the track cannot be read
   */
  clip({ id, path: source, durationSeconds = 0 }: Track, seconds: number): Promise<string> {
    const startSeconds = Math.max(0, (durationSeconds - seconds) / 2);
    return this.#file(JSON.stringify([id, seconds]), (pool, target) =>
      pool.clip(source, { startSeconds, seconds, target }),
    );
  }

  /** The file of a sound to set the volume by. */
  soundCheck(): Promise<string> {
    return this.#file('sound check', (pool, target) => pool.soundCheck(target, soundCheckSeconds));
  }

  /** Forgets all clips. The directory stays: encoders that run may write to no other. */
  async clear(): Promise<void> {
    for (const name of await readdir(this.#directory).catch(() => [])) {
      await rm(path.join(this.#directory, name), { force: true });
    }
  }

  async close(): Promise<void> {
    await this.#pool?.close();
  }

  #file(
    key: string,
    make: (pool: AudioWorkerPool, target: string) => Promise<unknown>,
  ): Promise<string> {
    const name = createHash('sha256').update(key).digest('hex');
    const underWay = this.#underWay.get(name) ?? this.#findOrMake(name, make);
    this.#underWay.set(name, underWay);
    return underWay.finally(() => this.#underWay.delete(name));
  }

  async #findOrMake(
    name: string,
    make: (pool: AudioWorkerPool, target: string) => Promise<unknown>,
  ): Promise<string> {
    const file = path.join(this.#directory, `${name}.mp3`);
    const isThere = await access(file).then(
      () => true,
      () => false,
    );
    if (isThere) return file;
    await mkdir(this.#directory, { recursive: true });
    const target = path.join(this.#directory, `${name}.${randomUUID()}`);
    try {
      await make((this.#pool ??= this.#start()), target);
      await rename(target, file);
    } catch (error) {
      await rm(target, { force: true });
      throw error;
    }
    return file;
  }

  #start(): AudioWorkerPool {
    return new AudioWorkerPool({
      workers: availableParallelism(),
      frontEnd: this.#frontEnd,
      niceness: 10,
      outputDirectory: this.#directory,
    });
  }
}
