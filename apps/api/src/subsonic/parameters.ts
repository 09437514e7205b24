import { SubsonicError } from './protocol.ts';

/** The parameters of one request, from its address and a form in its body. */
export class Parameters {
  readonly #values: URLSearchParams;

  constructor(values: URLSearchParams) {
    this.#values = values;
  }

  optional(name: string): string | undefined {
    return this.#values.get(name) ?? undefined;
  }

  /** @throws SubsonicError 10 */
  required(name: string): string {
    const value = this.optional(name);
    if (value !== undefined) return value;
    throw new SubsonicError('missingParameter', `Expected the parameter ${name}`);
  }

  all(name: string): string[] {
    return this.#values.getAll(name);
  }

  /** A whole number from `minimum` on; larger ones than `maximum` are taken for it. */
  integer(name: string, { minimum = 0, maximum, fallback }: Range): number {
    const text = this.optional(name);
    if (text === undefined) return fallback;
    const value = Number(text);
    if (!Number.isInteger(value) || value < minimum || text.trim() === '') {
      const what = `a whole number of at least ${minimum}`;
      throw new SubsonicError('generic', `Expected ${what} for ${name} but received ${text}`);
    }
    return Math.min(value, maximum);
  }
}

interface Range {
  minimum?: number;
  maximum: number;
  fallback: number;
}
