import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Track } from '@consonance/library';
import { type Catalogue, type MethodName, methods, recommend } from '@consonance/recommender';
import { type App, withApp } from '../compose.ts';
import { globalOptions, print } from '../context.ts';
import { writeM3u8 } from '../playlist.ts';
import {
  type RecommendationResult,
  recommendationJson,
  recommendationText,
  seedText,
} from '../report.ts';
import { resolveSongs } from '../songs.ts';

interface RecommendCommandOptions {
  count: number;
  method: MethodName;
  playlist?: string;
}

export function registerRecommend(program: Command): void {
  program
    .command('recommend')
    .description('songs of the library that sound like the songs you name')
    .argument('<songs...>', 'the songs you love, five or any number: ids, paths, or search words')
    .option('--count <n>', 'how many songs', positiveInteger, 5)
    .addOption(
      new Option(
        '--method <name>',
        'cosine (method 1: sound) or genre (method 2: sound and genres)',
      )
        .choices(Object.keys(methods))
        .default('cosine'),
    )
    .option('--playlist <file.m3u8>', 'also write the recommendations as a playlist')
    .addHelpText(
      'after',
      '\nQuote search words that belong together: consonance recommend "vibe ace" nebula',
    )
    .action(async (songs: string[], chosen: RecommendCommandOptions, command: Command) => {
      const options = globalOptions(command);
      await withApp(options.dataDir, async (app) => {
        const seeds = await resolveSongs(app, songs);
        const catalogue = await app.catalogue();
        const result = await recommendFor(app, catalogue, seeds, chosen.method, chosen.count);
        if (chosen.playlist !== undefined) {
          const tracks = result.recommendations.map(({ id }) => result.tracks.get(id)!);
          await writeM3u8(tracks, chosen.playlist);
        }
        print(
          options,
          recommendationJson(result),
          `${seedText(seeds)}\n\n${recommendationText(result)}`,
        );
      });
    });
}

export async function recommendFor(
  { library }: App,
  catalogue: Catalogue,
  seeds: readonly Track[],
  method: MethodName,
  count: number,
): Promise<RecommendationResult> {
  const seedIds = seeds.map(({ id }) => id);
  const recommendations = recommend(catalogue, methods[method](catalogue), seedIds, { count });
  const found = await library.getTracks(recommendations.map(({ id }) => id));
  const tracks = new Map([...found, ...seeds].map((track) => [track.id, track]));
  return { method, seeds: [...seeds], recommendations, tracks };
}

export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new InvalidArgumentError(`Expected a positive integer but received "${text}".`);
  }
  return value;
}
