import { RecommenderError } from './errors.ts';

/** The options with defaults filled in. @throws RecommenderError BAD_OPTION naming a misspelt one. */
export function withDefaults<T extends object>(defaults: T, given: Partial<T>): T {
  for (const name of Object.keys(given)) {
    expectOption(name in defaults, `one of ${Object.keys(defaults).join(', ')}`, 'option', name);
  }
  const present = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(present) };
}

/** @throws RecommenderError BAD_OPTION unless `holds`. */
export function expectOption(holds: boolean, what: string, name: string, value: unknown): void {
  if (holds) return;
  throw new RecommenderError('BAD_OPTION', `Expected ${what} for ${name} but received ${value}.`);
}

export const expectShare = (name: string, value: number): void =>
  expectOption(value >= 0 && value <= 1, 'a number in [0, 1]', name, value);

export const expectCount = (name: string, value: number): void =>
  expectOption(Number.isInteger(value) && value >= 1, 'a positive integer', name, value);
