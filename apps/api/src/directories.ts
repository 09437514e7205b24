import { createHmac, randomBytes } from 'node:crypto';
import { readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { audioExtensions } from '@consonance/audio';
import { EngineError } from '@consonance/engine';

export interface DirectoryListing {
  /** Null: the places to begin at. */
  directoryId: string | null;
  name: string;
  path: string | null;
  parentId: string | null;
  /** Lying in this directory itself. */
  audioFiles: number;
  directories: { directoryId: string; name: string; path: string }[];
}

/** Ids that are remembered, more where one listing has more; the ones shown longest ago are forgotten first. */
const rememberedIds = 20_000;

/**
 * The directories below some roots, by ids that only this process can make: a client chooses among
 * what it was shown, and no path of its own ever reaches the file system.
 */
export class Directories {
  readonly #roots: readonly string[];
  readonly #key = randomBytes(32);
  readonly #pathOf = new Map<string, string>();

  constructor(roots: readonly string[]) {
    this.#roots = roots;
  }

  /** @throws EngineError UNKNOWN_FOLDER for an id that was not given out, or a directory that is gone */
  async list(directoryId?: string): Promise<DirectoryListing> {
    if (directoryId === undefined) return this.#rootListing();
    const directory = await this.resolve(directoryId);
    const entries = await readdir(directory, { withFileTypes: true }).catch((cause: unknown) => {
      throw new EngineError('UNKNOWN_FOLDER', `"${directory}" cannot be read.`, { cause });
    });
    const visible = entries.filter(({ name }) => !name.startsWith('.'));
    const isAudio = (name: string) => audioExtensions.has(path.extname(name).toLowerCase());
    const isRoot = (await this.#realRoots()).includes(directory);
    const listing = {
      directoryId: this.#idOf(directory),
      name: path.basename(directory) || directory,
      path: directory,
      parentId: isRoot ? null : this.#idOf(path.dirname(directory)),
      audioFiles: visible.filter((entry) => entry.isFile() && isAudio(entry.name)).length,
      directories: visible
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => this.#shown(path.join(directory, name), name))
        .sort((a, b) => a.name.localeCompare(b.name)),
    };
    this.#forget(Math.max(rememberedIds, listing.directories.length + 2));
    return listing;
  }

  /**
   * The real path of a directory that was shown.
   *
   * @throws EngineError UNKNOWN_FOLDER
   */
  async resolve(directoryId: string): Promise<string> {
    const shown = this.#pathOf.get(directoryId);
    const directory = shown && (await realpath(shown).catch(() => undefined));
    const isBelowRoot = (root: string) =>
      directory === root || directory?.startsWith(root.endsWith(path.sep) ? root : root + path.sep);
    if (directory && (await this.#realRoots()).some(isBelowRoot)) return directory;
    throw new EngineError(
      'UNKNOWN_FOLDER',
      `Expected the id of a directory that was shown but received "${directoryId}".`,
    );
  }

  async #rootListing(): Promise<DirectoryListing> {
    const roots = await this.#realRoots();
    return {
      directoryId: null,
      name: '',
      path: null,
      parentId: null,
      audioFiles: 0,
      directories: roots.map((root) => this.#shown(root, root)),
    };
  }

  async #realRoots(): Promise<string[]> {
    const real = await Promise.all(
      this.#roots.map((root) => realpath(root).catch(() => undefined)),
    );
    return [...new Set(real.filter((root) => root !== undefined))];
  }

  #shown(directory: string, name: string) {
    return { directoryId: this.#idOf(directory), name, path: directory };
  }

  #idOf(directory: string): string {
    const id = createHmac('sha256', this.#key).update(directory).digest('hex').slice(0, 32);
    this.#pathOf.delete(id);
    this.#pathOf.set(id, directory);
    return id;
  }

  #forget(most: number): void {
    for (const id of this.#pathOf.keys()) {
      if (this.#pathOf.size <= most) return;
      this.#pathOf.delete(id);
    }
  }
}
