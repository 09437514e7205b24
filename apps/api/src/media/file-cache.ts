import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

interface Entry {
  size: number;
  /** When it was last asked for, ms. */
  usedAt: number;
}

const temporary = '.new-';

/**
 * Files that are made when first asked for and kept, the most recently used ones, up to a number of
 * bytes. For one process a directory.
 */
export class FileCache {
  readonly #directory: string;
  readonly #mostBytes: number;
  readonly #underWay = new Map<string, Promise<string>>();
  #entries: Promise<Map<string, Entry>> | undefined;
  /** Of all entries. */
  #bytes = 0;

  constructor(directory: string, mostBytes: number) {
    this.#directory = directory;
    this.#mostBytes = mostBytes;
  }

  /**
   * The path of the file that `key` stands for.
   * @param key everything that its content depends on
   * @param make writes the content to the path that it is given, once for all who ask meanwhile; what
   *   it throws is thrown to them, and nothing is kept
   */
  file(key: string, make: (target: string) => Promise<void>): Promise<string> {
    const name = createHash('sha256').update(key).digest('hex');
    const underWay = this.#underWay.get(name) ?? this.#getOrMake(name, make);
    this.#underWay.set(name, underWay);
    return underWay.finally(() => this.#underWay.delete(name));
  }

  async #getOrMake(name: string, make: (target: string) => Promise<void>): Promise<string> {
    const entries = await (this.#entries ??= this.#read().catch((error: unknown) => {
      this.#entries = undefined;
      throw error;
    }));
    const path = join(this.#directory, name);
    const known = entries.get(name);
    if (known !== undefined) {
      known.usedAt = Date.now();
      // The modification time stays: clients know the file by it.
      const isThere = await stat(path).then(
        ({ mtime }) => utimes(path, new Date(), mtime).then(() => true),
        () => false,
      );
      if (isThere) return path;
    }
    const target = join(this.#directory, `${temporary}${randomUUID()}`);
    try {
      await make(target);
      await rename(target, path);
    } catch (error) {
      await rm(target, { force: true });
      throw error;
    }
    const { size } = await stat(path);
    this.#bytes += size - (entries.get(name)?.size ?? 0);
    entries.set(name, { size, usedAt: Date.now() });
    await this.#evict(entries, name);
    return path;
  }

  async #evict(entries: Map<string, Entry>, kept: string): Promise<void> {
    if (this.#bytes <= this.#mostBytes) return;
    const oldestFirst = [...entries].sort(([, a], [, b]) => a.usedAt - b.usedAt);
    for (const [name, entry] of oldestFirst) {
      if (this.#bytes <= this.#mostBytes) return;
      // Another call may have removed it, or made it anew.
      if (name === kept || entries.get(name) !== entry) continue;
      entries.delete(name);
      this.#bytes -= entry.size;
      await rm(join(this.#directory, name), { force: true });
    }
  }

  /** What earlier processes left; what they did not finish is removed. */
  async #read(): Promise<Map<string, Entry>> {
    await mkdir(this.#directory, { recursive: true });
    const entries = new Map<string, Entry>();
    let bytes = 0;
    for (const name of await readdir(this.#directory)) {
      const path = join(this.#directory, name);
      if (name.startsWith(temporary)) {
        await rm(path, { force: true });
        continue;
      }
      const { size, atimeMs } = await stat(path);
      entries.set(name, { size, usedAt: atimeMs });
      bytes += size;
    }
    this.#bytes = bytes;
    return entries;
  }
}
