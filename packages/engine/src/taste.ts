import type { Library, Listen } from '@consonance/library';
import {
  type Catalogue,
  type ListenEvent,
  type Space,
  type Taste,
  tasteFrom,
} from '@consonance/recommender';
import { seededRandom } from '@consonance/statistics';
import { EngineError } from './errors.ts';

/**
 * What a listener did, the latest first.
 *
 * @throws EngineError UNKNOWN_LISTENER when there is nothing
 */
export async function historyOf(library: Library, listener: string): Promise<Listen[]> {
  const listens = await library.listens(listener);
  if (listens.length > 0) return listens;
  const known = (await library.listeners()).map(({ name }) => name).join(', ') || 'none yet';
  throw new EngineError(
    'UNKNOWN_LISTENER',
    `Expected a listener with a history but received "${listener}" (there are: ${known}). ` +
      'An import, a play or a like begins one.',
  );
}

/**
 * The taste that the history speaks of.
 *
 * @param now Unix time in seconds
 * @param space the songs as they are compared, by default by their sound
 * @throws EngineError UNKNOWN_LISTENER when there is no history
 */
export async function tasteOf(
  library: Library,
  catalogue: Catalogue,
  listener: string,
  { now, random = seededRandom(1) }: { now: number; random?: () => number },
  space?: Space,
): Promise<Taste> {
  const events = (await historyOf(library, listener)).map(({ trackId, ...event }): ListenEvent => ({
    songId: trackId,
    ...event,
  }));
  return tasteFrom(catalogue, events, { now, random }, space);
}
