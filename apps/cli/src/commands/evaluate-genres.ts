import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { type Consonance, correctedRecommenderOf } from '@consonance/engine';
import {
  compareAggregations,
  cosineMethod,
  genreMethod,
  genrePrecision,
  type MethodName,
  type Recommender,
  type Truth,
} from '@consonance/recommender';
import { seededRandom } from '@consonance/statistics';
import { parse } from 'csv-parse/sync';
import { analyze, withConsonance } from '../compose.ts';
import { globalOptions, print } from '../context.ts';
import { UsageError } from '../errors.ts';
import { formatTable } from '../table.ts';
import { positiveInteger } from '../numbers.ts';

interface GenreOptions {
  draws: number;
  seed: number;
}

export function registerEvaluateGenres(evaluate: Command): void {
  evaluate
    .command('genres')
    .description(
      'how often the recommendations for five songs of one genre are of that genre, for both methods; ' +
        'songs of the same work as a seed are left out',
    )
    .argument('<manifest.csv>', 'columns path, label and work; paths are relative to the file')
    .option('--draws <n>', 'sets of five seeds a genre', positiveInteger, 500)
    .option('--seed <n>', 'of the random draws', positiveInteger, 1)
    .action(async (manifest: string, chosen: GenreOptions, command: Command) => {
      const options = globalOptions(command);
      const report = await withConsonance(options.dataDir, (consonance) =>
        evaluateGenres(consonance, manifest, chosen),
      );
      const rows = report.genres.map(({ label, cosine, genre }) => [
        label,
        share(cosine),
        share(genre),
      ]);
      const byGenre = formatTable(
        ['genre', 'method 1', 'method 2'],
        [
          ...rows,
          ['mean', share(report.mean.cosine), share(report.mean.genre)],
          [
            'with hubs held back',
            share(report.hubsHeldBack.cosine),
            share(report.hubsHeldBack.genre),
          ],
        ],
      );
      const byAggregation = formatTable(
        ['seeds from', 'aggregation', 'precision', 'genres met'],
        report.aggregations.map(({ genreCount, aggregation, precision, coverage }) => [
          `${genreCount} genre${genreCount > 1 ? 's' : ''}`,
          ...[aggregation, share(precision), share(coverage)],
        ]),
      );
      const byWeight = formatTable(
        ['weight of genres', 'method 2'],
        report.genreWeights.map(({ weight, precision }) => [weight, share(precision)]),
      );
      const what = `${report.songs} songs, ${chosen.draws} seed sets a genre, model ${report.modelId}`;
      print(options, report, [what, byGenre, '', byWeight, '', byAggregation].join('\n'));
    });
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const share = (value: number): string => `${(100 * value).toFixed(1)} %`;

async function evaluateGenres(
  consonance: Consonance,
  manifest: string,
  { draws, seed }: GenreOptions,
) {
  const truthByPath = await readTruth(manifest);
  await analyze(consonance, [...truthByPath.keys()]);
  const { catalogue, tracks } = await consonance.music();
  const truth = new Map<string, Truth>();
  for (const { id, path } of tracks) {
    const known = truthByPath.get(path);
    if (known) truth.set(id, known);
  }
  const precisionOf = (recommender: Recommender) =>
    genrePrecision(catalogue, recommender, truth, seededRandom(seed), { draws });
  const [cosine, genre] = [cosineMethod(catalogue), genreMethod(catalogue)].map(precisionOf);
  const genres = cosine!.map(({ label, precision }, i) => ({
    label,
    cosine: precision,
    genre: genre![i]!.precision,
  }));
  const meanOf = (recommender: Recommender) =>
    mean(precisionOf(recommender).map(({ precision }) => precision));
  const hubsHeldBack = async (method: MethodName) =>
    meanOf(await correctedRecommenderOf(catalogue, { method }));
  return {
    modelId: consonance.modelId,
    songs: truth.size,
    draws,
    seed,
    genres,
    mean: {
      cosine: mean(genres.map((row) => row.cosine)),
      genre: mean(genres.map((row) => row.genre)),
    },
    hubsHeldBack: { cosine: await hubsHeldBack('cosine'), genre: await hubsHeldBack('genre') },
    genreWeights: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1].map((weight) => ({
      weight,
      precision: meanOf(genreMethod(catalogue, { weight })),
    })),
    aggregations: compareAggregations(
      catalogue,
      (aggregation) => cosineMethod(catalogue, { aggregation }),
      truth,
      seededRandom(seed),
      { seedCounts: [5], draws },
    ),
  };
}

async function readTruth(manifest: string): Promise<Map<string, Truth>> {
  const text = await readFile(manifest, 'utf8').catch(() => {
    throw new UsageError(`Expected a CSV file at ${manifest} but could not read it.`);
  });
  const rows: Partial<Record<'path' | 'label' | 'work', string>>[] = parse(text, {
    columns: true,
    bom: true,
  });
  const folder = path.dirname(path.resolve(manifest));
  return new Map(
    rows.map((row, i) => {
      if (!row.path || !row.label) {
        throw new UsageError(`Expected a path and a label in row ${i + 1} of ${manifest}.`);
      }
      return [path.resolve(folder, row.path), { label: row.label, work: row.work || row.path }];
    }),
  );
}
