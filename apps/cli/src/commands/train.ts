import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Command, Option } from 'commander';
import { frontEndFrames } from '@consonance/audio';
import {
  type Architecture,
  architectures,
  defaultModelDirectory,
  type Preset,
  presets,
  type Recipe,
  recipeNames,
} from '@consonance/models';
import type { EpochReport, LibraryTrack, Split, TrainingConfig } from '@consonance/models/training';
import { withConsonance } from '../compose.ts';
import { type GlobalOptions, globalOptions, print } from '../context.ts';
import { UsageError } from '../errors.ts';
import { positiveInteger } from '../numbers.ts';
import { stopOnSignals } from '../stop-on-signals.ts';
import { createTrainingDisplay } from '../training-progress.ts';

interface TrainOptions {
  data: string;
  out?: string;
  architecture: Architecture;
  preset?: Preset;
  recipe?: Recipe;
  epochs?: number;
  patience?: number;
  seed: number;
  sampleRate: '12000' | '16000' | '22050';
  split?: 'artist' | 'random' | 'own';
  labels?: string;
  maxPerGenre: number;
  exclude?: string;
  from?: string;
  config?: string;
  about?: string;
  cache: string;
  resume: boolean;
}

export function registerTrain(program: Command): void {
  program
    .command('train')
    .description(
      'train a CNN or CRNN on labelled music; Ctrl-C stops it, the same command with --resume goes on to the same result',
    )
    .requiredOption('--data <path>', 'a data set (docs/datasets.md), or "library": your own songs')
    .option('--out <folder>', 'the run; default: runs/<architecture>-<preset>-<seed> of --data-dir')
    .addOption(choice('--architecture <name>', 'the network', architectures).default('crnn'))
    .addOption(choice('--preset <size>', 'default: compact (crnn), 0.5M (cnn)', presets))
    .addOption(
      choice(
        '--recipe <name>',
        'paper: labels alone; product: labels, contrast, teacher, augmentation; default: product for compact, else paper',
        recipeNames,
      ),
    )
    .option('--epochs <n>', "default: the recipe's, 100 or 50", positiveInteger)
    .option('--patience <n>', 'stop after so many epochs without a better one', positiveInteger)
    .option('--seed <n>', 'of split, weights, crops', positiveInteger, 1)
    .addOption(
      choice('--sample-rate <hz>', 'of the front end', ['12000', '16000', '22050']).default(
        '22050',
      ),
    )
    .addOption(
      choice('--split <by>', "default: the data set's own, else artist", [
        'artist',
        'random',
        'own',
      ]),
    )
    .option('--labels <names>', "separated by commas; default: the paper's seven")
    .option('--max-per-genre <n>', 'at most so many clips of a label', positiveInteger, 1000)
    .option('--exclude <file>', 'CSV with a column work: clips of these works are left out')
    .option('--from <folder>', 'model whose weights to begin with: fine-tuning')
    .option('--config <file>', 'JSON with any settings of the training')
    .option('--about <file>', 'Markdown for the model card: what the data are, their licences')
    .option('--cache <folder>', 'where spectrograms are kept', path.join('.cache', 'mel'))
    .option('--resume', 'go on with the run in the folder', false)
    .action(async (chosen: TrainOptions, command: Command) => {
      const options = globalOptions(command);
      const trained = await trainNetwork(chosen, options);
      if (!trained) {
        console.error('Stopped. The same command with --resume goes on.');
        process.exitCode = 130;
        return;
      }
      const { run, dataset, split, folder } = trained;
      const comparison =
        dataset.kind === 'library'
          ? await compareWithCurrent(options.dataDir, folder, split, chosen.seed)
          : undefined;
      const { modelId, bestEpoch, history, test } = run;
      const text = [
        `Model ${modelId} of epoch ${bestEpoch} of ${history.length} in ${path.join(folder, 'model')}`,
        `Test clips: macro F1 ${score(test.macroF1)}, macro AUC ${score(test.macroAuc)}, accuracy ${score(test.accuracy)}, precision@5 ${score(test.precisionAt5)}`,
        ...(comparison?.text ?? []),
      ];
      const result = { folder, modelId, bestEpoch, epochs: history.length, test };
      print(
        options,
        { ...result, ...(comparison && { comparison: comparison.scores }) },
        text.join('\n'),
      );
    });
}

const score = (value: number | null): string =>
  value === null || Number.isNaN(value) ? '-' : value.toFixed(3);

const choice = (flags: string, text: string, names: readonly string[]): Option =>
  new Option(flags, text).choices(names);

/** @returns undefined when Ctrl-C stopped it */
async function trainNetwork(chosen: TrainOptions, { dataDir }: GlobalOptions) {
  // Loads TensorFlow into this process, so only when it is wanted.
  const training = await import('@consonance/models/training');
  const isLibrary = chosen.data === 'library';
  const { architecture, seed } = chosen;
  const preset = chosen.preset ?? (architecture === 'cnn' ? '0.5M' : 'compact');
  const recipe = chosen.recipe ?? (preset === 'compact' ? 'product' : 'paper');
  const config = training.trainingConfig(recipe, {
    // The teacher would hear every song for seconds; a person's own music has tags and contrast.
    ...(isLibrary && recipe === 'product' && { distillationWeight: 0 }),
    ...(chosen.config !== undefined && (await readConfig(chosen.config))),
    ...(chosen.epochs !== undefined && { epochs: chosen.epochs }),
    ...(chosen.patience !== undefined && { patience: chosen.patience }),
    seed,
  });
  const from =
    chosen.from ?? (isLibrary && preset === 'compact' ? defaultModelDirectory : undefined);
  const frontEnd = training.frontEnds[chosen.sampleRate];
  const folder = path.resolve(
    chosen.out ?? path.join(dataDir, 'runs', `${architecture}-${preset}-${seed}`),
  );
  checkFolder(folder, chosen.resume);

  const dataset = await training.loadDataset(
    isLibrary ? await librarySongs(dataDir) : chosen.data,
    {
      maxPerGenre: chosen.maxPerGenre,
      seed,
      ...(chosen.labels !== undefined && { labels: chosen.labels.split(',') }),
      ...(chosen.exclude !== undefined && {
        excludedWorks: await training.readWorks(chosen.exclude),
      }),
    },
  );
  for (const note of training.datasetNotes(dataset)) console.error(note);
  const by = chosen.split ?? (dataset.clips[0]?.split ? 'own' : 'artist');
  const split = training.splitDataset(dataset.clips, { by, seed });
  const network = training.presetNetwork({
    architecture,
    preset,
    frontEnd,
    labels: dataset.labels,
    cropFrames: config.cropFrames ?? frontEndFrames(frontEnd),
  });
  const sizes = Object.entries(split).map(([side, clips]) => `${side} ${clips.length}`);
  console.error(
    `${dataset.name}: ${sizes.join(', ')} clips; ${architecture} ${preset}, ${training.parameterCount(network)} parameters, recipe ${recipe}`,
  );

  const display = createTrainingDisplay(config.epochs);
  const stop = stopOnSignals();
  try {
    const run = await training.trainRun(
      {
        dataset,
        split,
        network,
        frontEnd,
        config,
        resume: chosen.resume,
        ...(from !== undefined && { from }),
        splitBy: splitWords[by],
        runDirectory: folder,
        cacheDirectory: path.resolve(chosen.cache),
        // Where the files lie on this machine is nobody's business.
        command: ['consonance', ...process.argv.slice(2).map((arg) => path.basename(arg))].join(
          ' ',
        ),
        ...(chosen.about !== undefined && { about: await readFile(chosen.about, 'utf8') }),
      },
      { ...display.hooks, signal: stop.signal },
    );
    return { run, dataset, split, folder };
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    return undefined;
  } finally {
    display.stop();
    stop.release();
    await writeLearningCurves(folder);
  }
}

const splitWords = {
  artist: 'by artist (by album or work where the artist is unknown)',
  random: 'at random, which puts excerpts of one recording on several sides',
  own: "as the data set's column split says",
};

function checkFolder(folder: string, resume: boolean): void {
  const isThere = existsSync(path.join(folder, 'config.json'));
  if (isThere && !resume)
    throw new UsageError(
      `There is a run in ${folder} already: add --resume, or choose another --out.`,
    );
  if (!isThere && resume) throw new UsageError(`Expected a run to resume in ${folder}.`);
}

async function readConfig(file: string): Promise<Partial<TrainingConfig>> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Partial<TrainingConfig>;
  } catch (cause) {
    throw new UsageError(
      `Expected JSON in ${file} but could not read it: ${(cause as Error).message}.`,
    );
  }
}

const librarySongs = (dataDirectory: string): Promise<LibraryTrack[]> =>
  withConsonance(dataDirectory, async ({ library }) => {
    const { tracks } = await library.tracks({ limit: 1_000_000 });
    return tracks.map(({ path, artist, album, tagGenres }) => ({
      path,
      genres: tagGenres,
      ...(artist !== undefined && { artist }),
      ...(album !== undefined && { album }),
    }));
  });

/** Of all epochs that are done, whether the run ended or stopped. */
async function writeLearningCurves(folder: string): Promise<void> {
  const history = path.join(folder, 'history.json');
  if (!existsSync(history)) return;
  const { learningCurvesPage } = await import('@consonance/report');
  const epochs = JSON.parse(await readFile(history, 'utf8')) as EpochReport[];
  await writeFile(
    path.join(folder, 'learning-curves.html'),
    learningCurvesPage(path.basename(folder), epochs),
  );
}

/** Is the model that heard this library's songs better for them than the one in use? */
async function compareWithCurrent(dataDir: string, folder: string, split: Split, seed: number) {
  const { compareWithDefault } = await import('@consonance/research/embedders');
  const current = await withConsonance(dataDir, async ({ model }) => model.name);
  const scores = await compareWithDefault({
    candidate: path.join(folder, 'model'),
    current,
    heldOut: split.test,
    training: split.train,
    seed,
    resamples: 2000,
    onProgress: (done, total) => {
      if (done % 100 === 0) console.error(`comparing with ${current}: ${done}/${total} songs`);
    },
  });
  const line = (name: string, { candidate, current, difference }: (typeof scores)['macroAuc']) => {
    const [low, high] = difference.interval ?? [NaN, NaN];
    return `${name}: ${score(candidate.value)} against ${score(current.value)}, difference 95 % ${score(low)} to ${score(high)}`;
  };
  const advice = scores.isBetter
    ? `It is better for your music. To use it: consonance library use ${folder}`
    : `It is not shown to be better for your music than ${current}, which stays in use.`;
  const text = [
    `On ${scores.queries} held-out songs of ${scores.artists} artists, against ${current}:`,
    line('precision@5', scores.precisionAt5),
    line('macro AUC', scores.macroAuc),
    advice,
  ];
  return { scores, text };
}
