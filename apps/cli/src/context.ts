import type { Command } from 'commander';
import { defaultDataDirectory } from './data-directory.ts';

/** The options that every command knows. */
export interface GlobalOptions {
  dataDir: string;
  json: boolean;
}

export const withGlobalOptions = (program: Command): Command =>
  program
    .option('--data-dir <folder>', 'where the library lives', defaultDataDirectory())
    .option('--json', 'print the result as JSON on standard output', false);

export const globalOptions = (command: Command): GlobalOptions =>
  command.optsWithGlobals<GlobalOptions>();

/** A result on standard output, for a program or for a person. */
export function print(options: GlobalOptions, json: unknown, text: string): void {
  process.stdout.write(`${options.json ? JSON.stringify(json, null, 2) : text}\n`);
}
