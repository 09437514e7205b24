import path from 'node:path';
import type { Command } from 'commander';
import type { EmbedderScores } from '@consonance/research/embedders';
import { globalOptions, print } from '../context.ts';
import { positiveInteger } from '../numbers.ts';
import { formatTable } from '../table.ts';

interface EmbedderOptions {
  data: string;
  embedders?: string;
  out?: string;
  epochs: number;
  folds: number;
  seed: number;
  cache: string;
}

const shown = (value: number | null): string => (value === null ? '-' : value.toFixed(3));

/** @param evaluate the command "evaluate". */
export function registerEvaluateEmbedders(evaluate: Command): void {
  evaluate
    .command('embedders')
    .description(
      'compare embeddings on recordings of corpora that nothing was fitted to: precision@5 by genre with intervals, ' +
        'hubness, silhouette; trains a network for every fold of corpora and keeps it',
    )
    .requiredOption('--data <path>', 'a data set with the column corpus (docs/datasets.md)')
    .option('--embedders <names>', 'separated by commas; default: all')
    .option('--out <folder>', 'report and runs; default: reports/embedders in the data directory')
    .option('--epochs <n>', 'of the networks', positiveInteger, 20)
    .option('--folds <n>', 'groups of corpora', positiveInteger, 5)
    .option('--seed <n>', 'of the trainings and the intervals', positiveInteger, 1)
    .option('--cache <folder>', 'where spectrograms are kept', path.join('.cache', 'mel'))
    .action(async (chosen: EmbedderOptions, command: Command) => {
      // Loads TensorFlow into this process, so only when it is wanted.
      const { candidateNames, runEmbedderEvaluation } =
        await import('@consonance/research/embedders');
      const options = globalOptions(command);
      const outDirectory = path.resolve(
        chosen.out ?? path.join(options.dataDir, 'reports', 'embedders'),
      );
      const { data, epochs, folds, seed } = chosen;
      const report = await runEmbedderEvaluation({
        data,
        epochs,
        folds,
        seed,
        outDirectory,
        resamples: 2000,
        embedders: chosen.embedders?.split(',') ?? candidateNames,
        runsDirectory: path.join(outDirectory, 'runs'),
        cacheDirectory: path.resolve(chosen.cache),
        // Where the files lie on this machine is nobody's business.
        command: `consonance evaluate embedders --data ${path.basename(data)} --epochs ${epochs} --folds ${folds} --seed ${seed}`,
        onProgress: (text) => console.error(text),
      });
      const text = [...report.findings, '', embedderTable(report.embedders), '', outDirectory];
      print(options, report, text.join('\n'));
    });
}

const embedderTable = (embedders: readonly EmbedderScores[]): string =>
  formatTable(
    [
      'embedder',
      'precision@5',
      '95 %',
      'less timbre',
      '95 %',
      'recall@50',
      'silhouette',
      'hubness',
      'AUC',
      'calibration',
    ],
    embedders.map((row) => [
      row.name,
      shown(row.precisionAt5.value),
      (row.precisionAt5.interval ?? []).map(shown).join(' to '),
      shown(row.againstTimbre.value),
      (row.againstTimbre.interval ?? []).map(shown).join(' to '),
      shown(row.recallAt50.value),
      shown(row.silhouette.value),
      row.hubness.toFixed(2),
      shown(row.macroAuc),
      shown(row.calibrationError),
    ]),
  );
