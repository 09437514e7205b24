import path from 'node:path';
import { type Library, openLibrary, type RowCounts } from '@consonance/library';
import type { Command } from 'commander';
import { globalOptions, print } from '../context.ts';
import { databaseUrl } from '../data-directory.ts';
import { formatTable } from '../table.ts';

export function registerBackup(program: Command): void {
  program
    .command('backup')
    .description('write the whole library, embedded or on a server, to one file')
    .argument('<file>', 'replaced when it is there; tables only, not the music')
    .action((file: string, _: unknown, command: Command) =>
      withLibrary(command, file, (library) => library.backup(path.resolve(file))),
    );

  program
    .command('restore')
    .description('fill an empty library, embedded or on a server, from a backup of either')
    .argument('<file>', 'what "consonance backup" wrote')
    .action((file: string, _: unknown, command: Command) =>
      withLibrary(command, file, (library) => library.restore(path.resolve(file))),
    );
}

async function withLibrary(
  command: Command,
  file: string,
  work: (library: Library) => Promise<RowCounts>,
): Promise<void> {
  const options = globalOptions(command);
  const library = await openLibrary({
    dataDirectory: options.dataDir,
    databaseUrl: databaseUrl(),
  });
  try {
    const counts = await work(library);
    const rows = Object.entries(counts).map(([table, count]) => [table, String(count)]);
    print(options, { file, rows: counts }, formatTable(['table', 'rows'], rows));
  } finally {
    await library.close();
  }
}
