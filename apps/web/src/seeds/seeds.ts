import { useSyncExternalStore } from 'react';

/** The ids of the songs chosen for a recommendation; kept over pages and visits of this browser. */
const key = 'consonance-seeds';
/** What the server takes. */
const mostSeeds = 500;
const none: readonly string[] = [];
const listeners = new Set<() => void>();
let seeds: readonly string[] | undefined;

function read(): readonly string[] {
  seeds ??= (JSON.parse(localStorage.getItem(key) ?? '[]') as string[]).slice(-mostSeeds);
  return seeds;
}

export function setSeeds(ids: readonly string[]) {
  seeds = [...new Set(ids)].slice(-mostSeeds);
  localStorage.setItem(key, JSON.stringify(seeds));
  for (const listener of listeners) listener();
}

export const addSeeds = (ids: readonly string[]) => setSeeds([...read(), ...ids]);

export const removeSeed = (id: string) => setSeeds(read().filter((seed) => seed !== id));

/** The chosen ids, in the order of choosing; none while the page is only a file. */
export function useSeeds(): readonly string[] {
  return useSyncExternalStore(subscribe, read, () => none);
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
