import type { Library } from '@consonance/library';
import { type Collection, loadCollection, updateCollection } from './collection.ts';
import { inSlices } from './in-slices.ts';
import { renewRecommenders } from './method.ts';
import type { CurrentModel } from './model.ts';
import { renewLists } from './track-list.ts';

/** While an analysis runs, bringing the collection up to date takes at most this share of the time. */
const updateShare = 1 / 20;
const minimumMilliseconds = 1000;
/** However long it took: the first time all is read, and the database may have been away. */
const mostMilliseconds = 600_000;

/** The collection with these tracks as they are now, and what is asked of it as ready as it was of the old one. */
async function renewed(
  library: Library,
  model: CurrentModel,
  old: Collection,
  changedIds: ReadonlySet<string>,
  isWaitedFor: boolean,
): Promise<Collection> {
  const collection = await updateCollection(library, model, old, changedIds);
  // Who waits may want something else, and is told where it fails.
  if (!isWaitedFor) {
    await inSlices(renewRecommenders(old.catalogue, collection.catalogue)).catch(() => {});
  }
  await inSlices(renewLists(old, collection, changedIds));
  return collection;
}

/** Keeps the library in memory, and the memory up to date with what changes in the library. */
export class LiveCollection {
  readonly #library: Library;
  readonly #model: () => CurrentModel;
  /** While true, answers may be a little old: better than to build them anew after every song. */
  readonly #isBusy: () => boolean;
  #collection: Collection | undefined;
  #changed = new Set<string>();
  #isVoid = false;
  #update: Promise<Collection> | undefined;
  #nextUpdate = 0;

  constructor(library: Library, model: () => CurrentModel, isBusy: () => boolean) {
    this.#library = library;
    this.#model = model;
    this.#isBusy = isBusy;
  }

  /** These tracks are no longer what they were. */
  change(trackIds: readonly string[]): void {
    for (const id of trackIds) this.#changed.add(id);
  }

  /** Nothing is known any more: the next call reads all. */
  reset(): void {
    this.#isVoid = true;
  }

  async get(): Promise<Collection> {
    const isCurrent = this.#collection && this.#changed.size === 0 && !this.#isVoid;
    if (isCurrent && !this.#update) return this.#collection!;
    const isSoonEnough = performance.now() < this.#nextUpdate;
    if (this.#collection && !this.#isVoid && this.#isBusy()) {
      if (!isSoonEnough) void this.#startUpdate().catch(() => {});
      return this.#collection;
    }
    return this.#current();
  }

  /** Takes in what has changed, so that whoever asks next need not wait for it. */
  async renew(): Promise<void> {
    // Where it fails, who asks next is told.
    if (this.#collection) await this.#current().catch(() => {});
  }

  async #current(): Promise<Collection> {
    await this.#update?.catch(() => {});
    return this.#changed.size > 0 || this.#isVoid || !this.#collection
      ? this.#startUpdate()
      : this.#collection;
  }

  #startUpdate(): Promise<Collection> {
    return (this.#update ??= this.#bringUpToDate().finally(() => (this.#update = undefined)));
  }

  async #bringUpToDate(): Promise<Collection> {
    const started = performance.now();
    const changed = this.#changed;
    const old = this.#isVoid ? undefined : this.#collection;
    this.#changed = new Set();
    this.#isVoid = false;
    try {
      const collection = old
        ? await renewed(this.#library, this.#model(), old, changed, !this.#isBusy())
        : await loadCollection(this.#library, this.#model());
      this.#collection = collection;
      return collection;
    } catch (error) {
      this.change([...changed]);
      this.#isVoid ||= !old;
      throw error;
    } finally {
      const now = performance.now();
      const fairPause = Math.max(minimumMilliseconds, (now - started) / updateShare);
      this.#nextUpdate = now + Math.min(fairPause, mostMilliseconds);
    }
  }
}
