import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { compareRecommenders } from '@consonance/recommender';
import { withConsonance } from '../compose.ts';
import { globalOptions, print } from '../context.ts';
import { type EvaluationReport, limitsOf, reportText } from '../listens/evaluation-report.ts';
import type { Listens } from '../listens/listens.ts';
import { comparisonOf, type Content } from '../listens/protocol.ts';
import { readListens } from '../listens/read-listens.ts';
import { tagCatalogue } from '../listens/tag-catalogue.ts';
import { positiveInteger } from '../numbers.ts';

interface EvaluateOptions {
  listens: string;
  library?: boolean;
  out?: string;
  seeds: number;
  k: number;
  factors: number;
}

/** @param evaluate the command "evaluate". */
export function registerEvaluateRecommenders(evaluate: Command): void {
  evaluate
    .command('recommenders')
    .description('compare all recommenders on a listening history of many users')
    .requiredOption(
      '--listens <path>',
      'HetRec Last.fm or Audioscrobbler folder, or a CSV file: user,item,plays[,timestamp]',
    )
    .option(
      '--library',
      'items are ids or paths of the library’s songs: content methods use their sound',
    )
    .option('--out <folder>', 'of the report; default: reports/recommenders in the data directory')
    .option('--seeds <n>', 'runs, each with its own splits and training', positiveInteger, 3)
    .option('--k <n>', 'length of the recommended lists', positiveInteger, 10)
    .option('--factors <n>', 'factors of ALS and BPR', positiveInteger, 64)
    .action(async (chosen: EvaluateOptions, command: Command) => {
      const options = globalOptions(command);
      const { listens, content } = chosen.library
        ? await readWithLibrary(chosen.listens, options.dataDir)
        : await readWithTags(chosen.listens);
      const report = compare(listens, content, chosen);
      const folder = path.resolve(
        chosen.out ?? path.join(options.dataDir, 'reports', 'recommenders'),
      );
      await writeReport(folder, report);
      print(options, report, `${reportText(report)}\n\n${folder}`);
    });
}

/** As a page, and as the JSON that the dashboard shows. */
async function writeReport(folder: string, report: EvaluationReport): Promise<void> {
  // Draws with a library that takes a while to load.
  const { reportHtml } = await import('../listens/evaluation-page.ts');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'report.html'), reportHtml(report));
  await writeFile(path.join(folder, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
}

function compare(
  listens: Listens,
  content: Content,
  { seeds: runs, k, factors, library, listens: location }: EvaluateOptions,
): EvaluationReport {
  const seeds = Array.from({ length: runs }, (_, run) => run + 1);
  const settings = { k, seeds, factors };
  const { users, items, indices } = listens.interactions;
  const splits = compareRecommenders({
    ...comparisonOf(listens, content, settings),
    onProgress: ({ split, seed, recommender, done, total }) =>
      process.stderr.write(`${done + 1}/${total} ${split}, seed ${seed}: ${recommender}\n`),
  });
  return {
    kind: 'recommenders',
    createdAt: new Date().toISOString(),
    command:
      `consonance evaluate recommenders --listens ${path.basename(location)} ` +
      `${library ? '--library ' : ''}--seeds ${runs} --k ${k} --factors ${factors}`,
    dataset: {
      name: listens.name,
      users,
      items,
      pairs: indices.length,
      warnings: listens.warnings,
    },
    settings,
    limits: limitsOf(listens, content),
    splits,
  };
}

async function readWithTags(location: string): Promise<{ listens: Listens; content: Content }> {
  const listens = await readListens(location);
  const { itemIds, tags = [] } = listens;
  const content: Content =
    tags.length > 0 ? { kind: 'tags', ...tagCatalogue(itemIds, tags) } : { kind: 'none' };
  return { listens, content };
}

async function readWithLibrary(
  location: string,
  dataDirectory: string,
): Promise<{ listens: Listens; content: Content }> {
  return withConsonance(dataDirectory, async (consonance) => {
    const { catalogue, tracks } = await consonance.music();
    const artists = new Map(tracks.map(({ id, artist }) => [id, artist]));
    const idOfPath = new Map(tracks.map(({ id, path }) => [path, id]));
    const listens = await readListens(location, {
      items: catalogue.ids,
      itemOf: (word) => idOfPath.get(word) ?? word,
    });
    const artistOf = (item: number) => artists.get(catalogue.ids[item]!) ?? undefined;
    return { listens, content: { kind: 'sound', catalogue, artistOf } };
  });
}
