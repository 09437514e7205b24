import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Groups calls: `work` runs on whatever has queued up while it last ran, at most `maximumSize` items
 * at a time, one run at a time. No timers, so a lone item does not wait for company.
 *
 * When `work` fails, the items of that run fail with its error.
 */
export function batching<T, R>(
  maximumSize: number,
  work: (items: T[]) => Promise<R[]>,
): (item: T) => Promise<R> {
  const queue: {
    item: T;
    /** Runs a function as if the caller had: a run belongs to the trace of its first item. */
    asCaller: ReturnType<typeof AsyncLocalStorage.snapshot>;
    resolve: (result: R) => void;
    reject: (error: unknown) => void;
  }[] = [];
  let running = false;

  async function run() {
    running = true;
    while (queue.length > 0) {
      const batch = queue.splice(0, maximumSize);
      try {
        const items = batch.map(({ item }) => item);
        const results = await batch[0]!.asCaller(() => work(items));
        batch.forEach(({ resolve }, index) => resolve(results[index]!));
      } catch (error) {
        batch.forEach(({ reject }) => reject(error));
      }
    }
    running = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      queue.push({ item, asCaller: AsyncLocalStorage.snapshot(), resolve, reject });
      if (!running) void run();
    });
}
