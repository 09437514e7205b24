import type { Command } from 'commander';
import { useModel } from '@consonance/engine';
import { openLibrary, type TrackQuery } from '@consonance/library';
import { embedderNames } from '@consonance/models';
import { withConsonance } from '../compose.ts';
import { globalOptions, print } from '../context.ts';
import { databaseUrl } from '../data-directory.ts';
import { UsageError } from '../errors.ts';
import { trackTable } from '../report.ts';
import { formatTable } from '../table.ts';
import { positiveInteger } from '../numbers.ts';

export function registerLibrary(program: Command): void {
  const library = program.command('library').description('look at the library and tidy it');

  library
    .command('status')
    .description('how many files there are, analysed, failed, and still to do')
    .action(async (_: unknown, command: Command) => {
      const options = globalOptions(command);
      const { status, model } = await withConsonance(
        options.dataDir,
        async ({ library, model }) => ({ status: await library.status(), model }),
      );
      const models = status.models.map(
        ({ modelId, analysed, pending }) =>
          `${modelId === model.modelId ? '*' : ' '} model ${modelId}: ${analysed} analysed, ${pending} to do`,
      );
      const inUse = `model in use: ${model.name}, ${model.modelId}`;
      const counts = `${status.files} files, ${status.failed} failed, ${status.vanished} vanished`;
      print(
        options,
        { dataDirectory: options.dataDir, model: model.name, modelId: model.modelId, ...status },
        [options.dataDir, counts, inUse, ...models].join('\n'),
      );
    });

  library
    .command('use')
    .description('choose the embedder; songs that it has not heard need "consonance analyze" again')
    .argument('<model>', `${embedderNames.join(', ')}, a training run, or a model folder`)
    .action(async (choice: string, _: unknown, command: Command) => {
      const options = globalOptions(command);
      // Not through withConsonance: the model in use may be what is broken.
      const library = await openLibrary({
        dataDirectory: options.dataDir,
        databaseUrl: databaseUrl(),
      });
      try {
        const { name, modelId, dimensions } = await useModel(library, choice);
        const { files, models } = await library.status();
        const analysed = models.find((model) => model.modelId === modelId)?.analysed ?? 0;
        const text = `${name} (${modelId}) is in use: ${analysed} of ${files} songs analysed by it.`;
        const hint = analysed < files ? ' "consonance analyze" does the rest.' : '';
        print(options, { model: name, modelId, dimensions, files, analysed }, text + hint);
      } finally {
        await library.close();
      }
    });

  library
    .command('failures')
    .description('the files that could not be analysed, and why')
    .action(async (_: unknown, command: Command) => {
      const options = globalOptions(command);
      const failures = await withConsonance(options.dataDir, ({ library }) => library.failures());
      const rows = failures.map(({ code, path, message }) => [code, path, message]);
      const text =
        rows.length === 0 ? 'No failures.' : formatTable(['reason', 'path', 'message'], rows, 120);
      print(options, failures, text);
    });

  library
    .command('list')
    .description('the songs of the library')
    .argument('[words...]', 'only songs with these words in title, artist, album or path')
    .option('--limit <n>', 'at most this many', positiveInteger, 100)
    .action(async (words: string[], { limit }: { limit: number }, command: Command) => {
      const options = globalOptions(command);
      const query: TrackQuery = { limit, ...(words.length > 0 && { search: words.join(' ') }) };
      const { total, tracks } = await withConsonance(options.dataDir, ({ library }) =>
        library.tracks(query),
      );
      const more =
        total > tracks.length ? `\n${total - tracks.length} more; --limit shows them.` : '';
      const text =
        total === 0 ? 'No songs. "consonance analyze <folder>" adds some.' : trackTable(tracks);
      print(options, { total, tracks }, text + more);
    });

  library
    .command('forget')
    .description('take songs out of the library; the files stay where they are')
    .argument('<songs...>', 'ids, paths, or folders')
    .action(async (targets: string[], _: unknown, command: Command) => {
      const options = globalOptions(command);
      const result = await withConsonance(options.dataDir, ({ library }) =>
        library.forget(targets),
      );
      if (result.forgotten === 0) {
        throw new UsageError(
          `Expected an id, path or folder of the library but received ${targets.join(', ')}.`,
        );
      }
      const unknown = result.unknown.map((target) => `\nNot in the library: ${target}`);
      print(options, result, `${result.forgotten} forgotten${unknown.join('')}`);
    });
}
