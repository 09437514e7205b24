import type { Library } from '@consonance/library';
import { answerRequests, type Collection, loadCollection, updateCollection } from './collection.ts';
import { inOrder, listingOf, textInOrder } from './listing.ts';
import type { CurrentModel } from './model.ts';
import { collectionStatus, facetsOf } from './track-list.ts';

/** While an analysis runs, bringing the collection up to date takes at most this share of the time. */
const updateShare = 1 / 200;
const minimumMilliseconds = 1000;
/** However long it took: the first time all is read, and the database may have been away. */
const mostMilliseconds = 600_000;

/** What lists and counts need, in pieces between which requests are answered. */
async function prepare(collection: Collection): Promise<void> {
  const listing = listingOf(collection);
  const orders = [...listing.oldOrders.keys()];
  const pieces = [
    ...orders.map((order) => () => inOrder(listing, order)),
    () => textInOrder(listing, 'artist'),
    () => collectionStatus(collection),
    () => facetsOf(collection),
  ];
  for (const piece of pieces) {
    await answerRequests();
    piece();
  }
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
        ? await updateCollection(this.#library, this.#model(), old, [...changed])
        : await loadCollection(this.#library, this.#model());
      if (old) await prepare(collection);
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
