import type { Command } from 'commander';
import type { GlobalOptions } from './context.ts';

/** The options that every command on a listener knows. */
export interface ListenerOptions extends GlobalOptions {
  listener: string;
}

export const listenerOptions = (command: Command): ListenerOptions =>
  command.optsWithGlobals<ListenerOptions>();
