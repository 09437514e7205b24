import path from 'node:path';
import type { Command } from 'commander';
import type { RunningServer } from '@consonance/api';
import {
  type AnalysisResult,
  type Consonance,
  recommendFor,
  suggestSeeds,
} from '@consonance/engine';
import { type MethodName, methods } from '@consonance/recommender';
import { analyze, withConsonanceAt } from '../compose.ts';
import { type GlobalOptions, globalOptions, print } from '../context.ts';
import { databaseUrl } from '../data-directory.ts';
import { UsageError } from '../errors.ts';
import { createProgressDisplay } from '../progress.ts';
import { analysisText, recommendationJson, recommendationText, seedText } from '../report.ts';
import { closeOnSignals, openBrowser, type ServeOptions, serveOn } from '../serving.ts';
import { withServeOptions } from './serve.ts';

const demoLibrary = path.resolve(import.meta.dirname, '../../../../demo/library');
const seedCount = 5;

interface StartOptions extends ServeOptions {
  serve: boolean;
}

/** What is analysed, and where that is kept. */
interface Task {
  music: string;
  isDemo: boolean;
  dataDirectory: string;
  options: GlobalOptions;
}

export function registerStart(program: Command): void {
  withServeOptions(
    program
      .command('start')
      .description(
        'the main job in one go: serve the dashboard, analyse a folder, pick five of its songs, recommend by both methods',
      )
      .argument('[folder]', 'a folder of music; the demo library by default'),
  )
    .option('--no-serve', 'only analyse and recommend, and end (also with --json)')
    .action(async (folder: string | undefined, chosen: StartOptions, command: Command) => {
      const options = globalOptions(command);
      const isDemo = folder === undefined;
      const task: Task = {
        music: path.resolve(folder ?? demoLibrary),
        isDemo,
        options,
        // The demo's songs stay apart from the person's own.
        dataDirectory: isDemo ? path.join(options.dataDir, 'demo') : options.dataDir,
      };
      if (chosen.serve && !options.json) await startServing(task, chosen);
      else await startOnly(task);
    });
}

async function startOnly(task: Task): Promise<void> {
  console.error(analysing(task));
  const { dataDirectory, isDemo } = task;
  const location = { dataDirectory, databaseUrl: isDemo ? undefined : databaseUrl() };
  await withConsonanceAt(location, async (consonance) => {
    const analysis = await analyze(consonance, [task.music]);
    console.error(`${analysisText(analysis)}\n`);
    if (analysis.aborted) {
      console.error('Run the same command to go on where this one stopped.');
      process.exitCode = 130;
      return;
    }
    await printRecommendations(consonance, task, analysis);
  });
}

async function startServing(task: Task, chosen: ServeOptions): Promise<void> {
  const { dataDirectory, isDemo } = task;
  const server = await serveOn(dataDirectory, chosen, {
    isEmbedded: isDemo,
    anyPort: chosen.port === undefined,
    logFile: path.join(dataDirectory, 'server.log'),
  });
  console.error(`Dashboard: ${server.url}`);
  const { closed } = closeOnSignals(server);
  await openBrowser(server.url);
  try {
    await analyseAndRecommend(server, task);
  } catch (error) {
    await server.close();
    throw error;
  }
  await closed;
}

async function analyseAndRecommend({ consonance, url }: RunningServer, task: Task): Promise<void> {
  console.error(analysing(task));
  const { analysis } = consonance;
  const display = createProgressDisplay();
  const unwatch = analysis.watch((progress) => {
    if (progress.state === 'analysing') display.update(progress);
  });
  await consonance.addFolder(task.music);
  await analysis.finished();
  unwatch();
  display.stop();
  const { result, progress } = analysis;
  if (progress.error !== null) console.error(progress.error);
  if (!result || result.aborted) return;
  console.error(`${analysisText(result)}\n`);
  await printRecommendations(consonance, task, result);
  console.error(`\nDashboard: ${url}  (Ctrl-C ends it)`);
}

const analysing = ({ isDemo, music }: Task): string =>
  `Analysing ${isDemo ? 'the demo library' : music} ...`;

async function printRecommendations(
  consonance: Consonance,
  { music, dataDirectory, isDemo, options }: Task,
  analysis: AnalysisResult,
): Promise<void> {
  const collection = await consonance.music();
  const tracks = collection.tracks.filter((track) => isInside(track.path, music));
  const seeds = suggestSeeds(collection, tracks, seedCount);
  if (seeds.length === 0) {
    throw new UsageError(`Expected audio files that can be analysed in ${music} but found none.`);
  }
  const ids = seeds.map(({ id }) => id);
  const results = [];
  for (const method of Object.keys(methods) as MethodName[]) {
    results.push(await recommendFor(consonance, ids, { method, count: 5 }));
  }
  const next =
    'Next: npx consonance recommend "<a song>" "<another>" ...  with your own five songs' +
    (isDemo ? `\n      npm start -- <folder>                   with your own music` : '');
  print(
    options,
    { library: music, dataDirectory, analysis, results: results.map(recommendationJson) },
    [seedText(seeds), ...results.map(recommendationText), next].join('\n\n'),
  );
}

const isInside = (file: string, folder: string): boolean =>
  file === folder || file.startsWith(folder + path.sep);
