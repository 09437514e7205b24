import { availableParallelism } from 'node:os';
import type { Library } from '@consonance/library';
import { genreWeight } from '@consonance/recommender';
import { EngineError } from './errors.ts';

export interface Settings {
  /** Files decoded at a time, 1 to 64. */
  workers: number;
  /** Share of the genres in method 2, in [0, 1]. */
  genreWeight: number;
  /** Songs of one artist in a result, at most; null: any number. */
  maxPerArtist: number | null;
  /** Share of discoveries that lie farther off, in [0, 1]. */
  exploration: number;
}

export const defaultSettings = (): Settings => ({
  workers: availableParallelism(),
  genreWeight,
  maxPerArtist: null,
  exploration: 0.2,
});

const name = 'settings';

const isShare = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= 1;
const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 1;

const rules: Record<keyof Settings, [what: string, holds: (value: unknown) => boolean]> = {
  workers: ['an integer from 1 to 64', (value) => isCount(value) && (value as number) <= 64],
  genreWeight: ['a number from 0 to 1', isShare],
  maxPerArtist: ['an integer >= 1 or null', (value) => value === null || isCount(value)],
  exploration: ['a number from 0 to 1', isShare],
};

export async function readSettings(library: Library): Promise<Settings> {
  return { ...defaultSettings(), ...((await library.setting(name)) as Partial<Settings>) };
}

/** @throws EngineError BAD_OPTION naming the setting; then nothing is saved */
export async function saveSettings(
  library: Library,
  changes: { [name in keyof Settings]?: Settings[name] | undefined },
): Promise<Settings> {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  for (const [key, value] of given) {
    const [what, holds] = rules[key as keyof Settings] ?? [];
    if (!holds) {
      const names = Object.keys(rules).join(', ');
      throw new EngineError('BAD_OPTION', `Expected one of ${names} but received ${key}.`);
    }
    if (!holds(value)) {
      throw new EngineError('BAD_OPTION', `Expected ${what} for ${key} but received ${value}.`);
    }
  }
  const settings = { ...(await readSettings(library)), ...Object.fromEntries(given) };
  await library.saveSetting(name, settings);
  return settings;
}
