import { RecommenderError } from '../errors.ts';
import type { Profile } from '../recommender.ts';

/** A profile whose rows are ascending and unique, each with its weight. */
export interface CheckedProfile {
  readonly rows: readonly number[];
  readonly weights: readonly number[];
}

/**
 * Validates a profile for a recommender of `size` items and brings it into one form, so that no score
 * depends on the order of the rows. A row given twice counts with the sum of its weights.
 *
 * @throws RecommenderError NO_SEEDS without rows, UNKNOWN_SONG for a row that is not an item,
 * BAD_OPTION for weights that do not fit the rows or are not positive and finite.
 */
export function checkProfile({ rows, weights }: Profile, size: number): CheckedProfile {
  if (rows.length === 0) {
    throw new RecommenderError('NO_SEEDS', 'Expected at least one item in the profile.');
  }
  if (weights && weights.length !== rows.length) {
    throw new RecommenderError(
      'BAD_OPTION',
      `Expected ${rows.length} weights but received ${weights.length}.`,
    );
  }
  const total = new Map<number, number>();
  rows.forEach((row, k) => {
    if (!(Number.isInteger(row) && row >= 0 && row < size)) {
      throw new RecommenderError(
        'UNKNOWN_SONG',
        `Expected an item row below ${size} but received ${row}.`,
      );
    }
    const weight = weights?.[k] ?? 1;
    if (!(weight > 0 && Number.isFinite(weight))) {
      throw new RecommenderError(
        'BAD_OPTION',
        `Expected a positive, finite weight for row ${row} but received ${weight}.`,
      );
    }
    total.set(row, (total.get(row) ?? 0) + weight);
  });
  const sorted = [...total].sort(([a], [b]) => a - b);
  return { rows: sorted.map(([row]) => row), weights: sorted.map(([, weight]) => weight) };
}
