/** The options that say how songs are compared. */
import { type Command, Option } from 'commander';
import type { RecommenderSettings } from '@consonance/engine';
import { genreWeight, methods } from '@consonance/recommender';
import { UsageError } from './errors.ts';
import { share } from './numbers.ts';

/** Options of method 2 imply it. */
const ofGenreMethod = (flags: string, description: string): Option =>
  new Option(flags, description).implies({ method: 'genre' });

export const withMethodOptions = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--method <name>',
        'cosine (method 1: sound) or genre (method 2: sound and genres)',
      )
        .choices(Object.keys(methods))
        .default('cosine'),
    )
    .addOption(
      ofGenreMethod(
        '--genre-weight <0..1>',
        `share of the genres in method 2 (default: ${genreWeight})`,
      ).argParser(share),
    )
    .addOption(
      ofGenreMethod(
        '--variant <name>',
        'of method 2: soft (genres weigh in) or hard (only genres of the songs you name or like)',
      ).choices(['soft', 'hard']),
    )
    .option('--correct-hubs', 'hold songs back that are near everything');

/** @throws UsageError for options that the method does not have */
export function checkMethod(settings: RecommenderSettings): void {
  const { method, genreWeight, variant } = settings;
  if (method === 'cosine' && (genreWeight !== undefined || variant !== undefined)) {
    throw new UsageError(
      'Expected --method genre with --genre-weight or --variant but received --method cosine.',
    );
  }
}
