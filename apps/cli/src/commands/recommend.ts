import { type Command, Option } from 'commander';
import type { Track } from '@consonance/library';
import {
  type Aggregation,
  aggregations,
  defaultAggregation,
  type MethodName,
  methods,
  personalise,
  recommend,
  type Taste,
} from '@consonance/recommender';
import { seededRandom } from '@consonance/statistics';
import { type App, type Music, withApp } from '../compose.ts';
import { globalOptions, print } from '../context.ts';
import { tasteOf } from '../listener.ts';
import { positiveInteger } from '../numbers.ts';
import { playlistFile, writePlaylist } from '../playlist.ts';
import { refine, type RefineOptions, withRefineOptions } from '../refine.ts';
import {
  type RecommendationResult,
  recommendationJson,
  recommendationText,
  seedText,
} from '../report.ts';
import { analysedMusic, resolveSongs } from '../songs.ts';
import { withMatchingWindows } from '../windows.ts';

interface RecommendSettings extends RefineOptions {
  count: number;
  method: MethodName;
  aggregation?: Aggregation;
  /** Of a listener whose history counts too. */
  taste?: Taste;
}

interface RecommendCommandOptions extends RecommendSettings {
  listener?: string;
  playlist?: string;
}

export function registerRecommend(program: Command): void {
  const command = program
    .command('recommend')
    .description('songs of the library that sound like the songs you name')
    .argument('<songs...>', 'the songs you love, five or any number: ids, paths, or search words');
  withMethodOptions(command)
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
  withMethodOptions(command).action((song: string, ...rest: [RecommendCommandOptions, Command]) =>
    printRecommendations([song], ...rest),
  );
}

const withMethodOptions = (command: Command): Command =>
  withRefineOptions(
    command
      .option('--count <n>', 'how many songs', positiveInteger, 5)
      .addOption(
        new Option(
          '--method <name>',
          'cosine (method 1: sound) or genre (method 2: sound and genres)',
        )
          .choices(Object.keys(methods))
          .default('cosine'),
      )
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
  await withApp(options.dataDir, async (app) => {
    const seeds = await resolveSongs(app, words);
    const music = await analysedMusic(app);
    const moment = { now: Date.now() / 1000, random: seededRandom(1) };
    const personal = chosen.listener !== undefined && {
      taste: await tasteOf(app, music, chosen.listener, moment),
    };
    const result = await recommendFor(app, music, seeds, { ...chosen, ...personal });
    if (chosen.playlist !== undefined) {
      const tracks = result.recommendations.map(({ id }) => result.tracks.get(id)!);
      await writePlaylist(tracks, chosen.playlist, `Like ${words.join(', ')}`);
    }
    print(
      options,
      recommendationJson(result),
      `${seedText(seeds)}\n\n${recommendationText(result)}`,
    );
  });
}

export async function recommendFor(
  app: App,
  { catalogue, tracks, trackOf }: Music,
  seeds: readonly Track[],
  { count, method, aggregation = defaultAggregation, taste, ...refinement }: RecommendSettings,
): Promise<RecommendationResult> {
  const impersonal = methods[method](catalogue, { aggregation });
  const recommendations = recommend(
    catalogue,
    taste ? personalise(catalogue, impersonal, taste) : impersonal,
    seeds.map(({ id }) => id),
    { count, ...refine(catalogue, tracks, refinement) },
  );
  return {
    method,
    seeds: [...seeds],
    recommendations: await withMatchingWindows(app, recommendations),
    tracks: trackOf,
  };
}
