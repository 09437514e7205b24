import { type Command, Option } from 'commander';
import { expectAnalysed, recommendFor, type RecommendSettings } from '@consonance/engine';
import { aggregations, defaultAggregation } from '@consonance/recommender';
import { withConsonance } from '../compose.ts';
import { globalOptions, print } from '../context.ts';
import { checkMethod, withMethodOptions } from '../method.ts';
import { positiveInteger } from '../numbers.ts';
import { playlistFile, writePlaylist } from '../playlist.ts';
import { withRefineOptions } from '../refine.ts';
import { recommendationJson, recommendationText, seedText } from '../report.ts';
import { resolveSongs } from '../songs.ts';

interface RecommendCommandOptions extends RecommendSettings {
  playlist?: string;
}

export function registerRecommend(program: Command): void {
  const command = program
    .command('recommend')
    .description('songs of the library that sound like the songs you name')
    .argument('<songs...>', 'the songs you love, five or any number: ids, paths, or search words');
  withRecommendOptions(command)
    .addOption(
      new Option(
        '--aggregation <name>',
        'how likeness to many songs becomes one score: to their mean, to the nearest, to the nearer half',
      )
        .choices(aggregations)
        .default(defaultAggregation),
    )
    .addHelpText(
      'after',
      '\nQuote search words that belong together: consonance recommend "vibe ace" nebula',
    )
    .action(printRecommendations);
}

export function registerSimilar(program: Command): void {
  const command = program
    .command('similar')
    .description('songs of the library that sound like one song')
    .argument('<song>', 'an id, a path, or search words');
  withRecommendOptions(command).action(
    (song: string, ...rest: [RecommendCommandOptions, Command]) =>
      printRecommendations([song], ...rest),
  );
}

const withRecommendOptions = (command: Command): Command =>
  withRefineOptions(
    withMethodOptions(command.option('--count <n>', 'how many songs', positiveInteger, 5))
      .option('--listener <name>', 'let the history of this listener count too')
      .option(
        '--playlist <file>',
        'also write the songs as a playlist: .m3u8, .jspf or .json',
        playlistFile,
      ),
  );

async function printRecommendations(
  words: readonly string[],
  chosen: RecommendCommandOptions,
  command: Command,
): Promise<void> {
  const options = globalOptions(command);
  const { playlist, ...settings } = chosen;
  checkMethod(settings);
  await withConsonance(options.dataDir, async (consonance) => {
    const seeds = await resolveSongs(consonance, words);
    await expectAnalysed(consonance);
    const ids = seeds.map(({ id }) => id);
    const result = await recommendFor(consonance, ids, settings);
    if (playlist !== undefined) {
      const { trackOf } = result.collection;
      const tracks = result.recommendations.map(({ id }) => trackOf.get(id)!);
      await writePlaylist(tracks, playlist, `Like ${words.join(', ')}`);
    }
    print(
      options,
      recommendationJson(result),
      `${seedText(seeds)}\n\n${recommendationText(result)}`,
    );
  });
}
