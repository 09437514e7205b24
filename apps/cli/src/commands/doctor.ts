import type { Command } from 'commander';
import { type Consonance, inspect, openConsonance } from '@consonance/engine';
import { globalOptions, print } from '../context.ts';
import { databaseUrl } from '../data-directory.ts';
import manifest from '../../package.json' with { type: 'json' };

export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .description('check every part on this machine, with versions')
    .action(async (_: unknown, command: Command) => {
      const options = globalOptions(command);
      const { dataDir: dataDirectory } = options;
      let consonance: Promise<Consonance> | undefined;
      const checks = await inspect(
        manifest.version,
        dataDirectory,
        () => (consonance ??= openConsonance({ dataDirectory, databaseUrl: databaseUrl() })),
      );
      await consonance?.then(
        (opened) => opened.close(),
        () => {},
      );
      const ok = checks.every((check) => check.ok);
      const text = checks.map(
        ({ name, ok, detail }) => `${ok ? '✔' : '✖'} ${name.padEnd(14)} ${detail}`,
      );
      print(options, { ok, checks }, text.join('\n'));
      if (!ok) process.exitCode = 1;
    });
}
