import type { Command } from 'commander';
import type { Listen } from '@consonance/library';
import { type ListenEvent, type Taste, tasteFrom } from '@consonance/recommender';
import type { App, Music } from './compose.ts';
import type { GlobalOptions } from './context.ts';
import { UsageError } from './errors.ts';

/** The options that every command on a listener knows. */
export interface ListenerOptions extends GlobalOptions {
  listener: string;
}

export const listenerOptions = (command: Command): ListenerOptions =>
  command.optsWithGlobals<ListenerOptions>();

/**
 * What a listener did, the latest first.
 *
 * @throws UsageError when there is nothing
 */
export async function historyOf({ library }: App, listener: string): Promise<Listen[]> {
  const listens = await library.listens(listener);
  if (listens.length > 0) return listens;
  const known = (await library.listeners()).join(', ') || 'none yet';
  throw new UsageError(
    `Expected a listener with a history but received "${listener}" (there are: ${known}). ` +
      '"consonance listener import" or "consonance listener like" begins one.',
  );
}

/**
 * The taste that the history speaks of.
 *
 * @param now Unix time in seconds
 * @throws UsageError when there is no history
 */
export async function tasteOf(
  app: App,
  { catalogue }: Music,
  listener: string,
  options: { now: number; random: () => number },
): Promise<Taste> {
  const events = (await historyOf(app, listener)).map(({ trackId, ...event }): ListenEvent => ({
    songId: trackId,
    ...event,
  }));
  return tasteFrom(catalogue, events, options);
}
