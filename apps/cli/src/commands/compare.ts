/** The two studies of networks: `compare` and `ablate`. */
import path from 'node:path';
import { type Command, Option } from 'commander';
import { type Preset, presets, type Recipe, recipeNames } from '@consonance/models';
import type { StudyInput } from '@consonance/research/models';
import { globalOptions, print } from '../context.ts';
import { positiveInteger } from '../numbers.ts';
import { stopOnSignals } from '../stop-on-signals.ts';
import { createTrainingDisplay } from '../training-progress.ts';

interface StudyOptions {
  data: string;
  runs: number;
  seed: number;
  preset: Preset;
  recipe: Recipe;
  epochs?: number;
  cropFrames?: number;
  labels?: string;
  out?: string;
  trained?: string;
  cache: string;
  leak?: boolean;
}

export function registerCompare(program: Command): void {
  withStudyOptions(
    program
      .command('compare')
      .description(
        'train a CNN and a CRNN of one size over several seeds and compare them with each other and with ' +
          'classifiers on timbre statistics: scores by genre with intervals, tests, curves, calibration',
      )
      .option('--leak', 'also measure what a split at random, which ignores artists, would hide'),
  ).action(async (chosen: StudyOptions, command: Command) => {
    const { compareModels } = await import('@consonance/research/models');
    await study('compare', chosen, command, (input) =>
      compareModels(input, { leak: chosen.leak ?? false }),
    );
  });
}

export function registerAblate(program: Command): void {
  withStudyOptions(
    program
      .command('ablate')
      .description(
        'take the CRNN apart: time shuffled and reversed, shorter clips, no or one GRU, ' +
          'and what hiding frequencies or moments costs; takes the runs of compare where they fit',
      ),
  ).action(async (chosen: StudyOptions, command: Command) => {
    const { ablate } = await import('@consonance/research/models');
    await study('ablate', chosen, command, ablate);
  });
}

const withStudyOptions = (command: Command): Command =>
  command
    .requiredOption('--data <path>', 'a data set (docs/datasets.md)')
    .option('--runs <n>', 'seeds; each has its own split, weights, crops', positiveInteger, 3)
    .option('--seed <n>', 'the first seed', positiveInteger, 1)
    .addOption(
      new Option('--preset <size>', 'parameters of both networks')
        .choices(presets.filter((preset) => preset !== 'compact'))
        .default('0.1M'),
    )
    .addOption(
      new Option('--recipe <name>', 'paper: labels alone; product: contrast, teacher, augmentation')
        .choices(recipeNames)
        .default('paper'),
    )
    .option('--epochs <n>', "default: the recipe's", positiveInteger)
    .option('--crop-frames <n>', 'of a training input; default: whole windows', positiveInteger)
    .option('--labels <names>', "separated by commas; default: the paper's seven")
    .option('--out <folder>', 'the report; default: reports/<command> in the data directory')
    .option(
      '--trained <folder>',
      'runs to take where they fit, and to add to; default: runs in the data directory',
    )
    .option('--cache <folder>', 'where spectrograms are kept', path.join('.cache', 'mel'));

async function study<Report extends { findings: string[] }>(
  name: 'compare' | 'ablate',
  chosen: StudyOptions,
  command: Command,
  run: (input: StudyInput) => Promise<Report>,
): Promise<void> {
  const options = globalOptions(command);
  const { trainingConfig } = await import('@consonance/models/training');
  const { data, runs, seed, preset, recipe, epochs, cropFrames } = chosen;
  const config = trainingConfig(recipe, {
    ...(epochs !== undefined && { epochs }),
    ...(cropFrames !== undefined && { cropFrames }),
  });
  const outDirectory = path.resolve(chosen.out ?? path.join(options.dataDir, 'reports', name));
  const display = createTrainingDisplay(config.epochs);
  const stop = stopOnSignals();
  try {
    const report = await run({
      data,
      preset,
      config,
      outDirectory,
      resamples: 2000,
      ...(chosen.labels !== undefined && { labels: chosen.labels.split(',') }),
      seeds: Array.from({ length: runs }, (_, i) => seed + i),
      runsDirectory: path.resolve(chosen.trained ?? path.join(options.dataDir, 'runs')),
      cacheDirectory: path.resolve(chosen.cache),
      // Where the files lie on this machine is nobody's business.
      command: ['consonance', ...process.argv.slice(2).map((arg) => path.basename(arg))].join(' '),
      onProgress: (text) => console.error(text),
      hooks: { ...display.hooks, signal: stop.signal },
    });
    print(options, report, [...report.findings, '', outDirectory].join('\n'));
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    console.error('Stopped. The same command goes on where it stopped.');
    process.exitCode = 130;
  } finally {
    display.stop();
    stop.release();
  }
}
