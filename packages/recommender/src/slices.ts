/** Long work that stops after each of its parts, for whoever does it to let others in. */
export type Sliced<T> = Generator<void, T, void>;

/** Rows of a catalogue, or items of a list, that are one part: a few milliseconds at most. */
const partRows = 4096;

/** `work` on `length` rows, from one to before another at a time. */
export function* inParts(length: number, work: (from: number, to: number) => void): Sliced<void> {
  for (let from = 0; from < length; from += partRows) {
    yield;
    work(from, Math.min(from + partRows, length));
  }
}

export function atOnce<T>(work: Sliced<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** Made when it is first asked for, unless it was made in parts before. */
export interface Lazy<T> {
  (): T;
  inParts: () => Sliced<T>;
}

export function lazy<T>(make: () => Sliced<T>): Lazy<T> {
  let made: { value: T } | undefined;
  function* sliced(): Sliced<T> {
    if (!made) {
      const value = yield* make();
      // It may have been asked for meanwhile.
      made ??= { value };
    }
    return made.value;
  }
  return Object.assign(() => atOnce(sliced()), { inParts: sliced });
}
