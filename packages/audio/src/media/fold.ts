/**
 * Values of equal stretches of time, between `limit` and twice as many however many are pushed: when
 * there are too many, neighbours are merged. So the length need not be known before.
 */
export class Fold<T> {
  readonly #limit: number;
  readonly #merge: (earlier: T, later: T) => T;
  #values: T[] = [];
  #pushed = 0;
  /** Pushed values in one of #values; a power of 2. */
  #span = 1;

  constructor(limit: number, merge: (earlier: T, later: T) => T) {
    this.#limit = limit;
    this.#merge = merge;
  }

  push(value: T): void {
    const isFull = this.#pushed % this.#span === 0;
    if (isFull && this.#values.length === 2 * this.#limit) this.#halve();
    const begins = this.#pushed % this.#span === 0;
    this.#pushed += 1;
    if (begins) this.#values.push(value);
    else this.#values.push(this.#merge(this.#values.pop()!, value));
  }

  /** The last one may stand for a shorter stretch. */
  get values(): readonly T[] {
    return this.#values;
  }

  #halve(): void {
    const merged: T[] = [];
    for (let index = 0; index < this.#values.length; index += 2) {
      merged.push(this.#merge(this.#values[index]!, this.#values[index + 1]!));
    }
    this.#values = merged;
    this.#span *= 2;
  }
}
