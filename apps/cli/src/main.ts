import { Command } from 'commander';
import picocolors from 'picocolors';
import manifest from '../package.json' with { type: 'json' };
import { registerAnalyze } from './commands/analyze.ts';
import { registerBackup } from './commands/backup.ts';
import { registerAblate, registerCompare } from './commands/compare.ts';
import { registerDoctor } from './commands/doctor.ts';
import { registerEvaluateCentres } from './commands/evaluate-centres.ts';
import { registerEvaluateEmbedders } from './commands/evaluate-embedders.ts';
import { registerEvaluateGenres } from './commands/evaluate-genres.ts';
import { registerEvaluateRecommenders } from './commands/evaluate-recommenders.ts';
import { registerExport } from './commands/export.ts';
import { registerFit } from './commands/fit.ts';
import { registerLibrary } from './commands/library.ts';
import { registerListener } from './commands/listener.ts';
import { registerMap } from './commands/map.ts';
import { registerPath } from './commands/path.ts';
import { registerRecommend, registerSimilar } from './commands/recommend.ts';
import { registerServe } from './commands/serve.ts';
import { registerStart } from './commands/start.ts';
import { registerStudy } from './commands/study.ts';
import { registerTrain } from './commands/train.ts';
import { registerUser } from './commands/user.ts';
import { registerWorker } from './commands/worker.ts';
import { withGlobalOptions } from './context.ts';
import { isExpected } from './errors.ts';
import { startTracing } from './tracing.ts';

const program = withGlobalOptions(
  new Command('consonance')
    .description(
      'Recommends music from the sound itself: five songs you love in, five you will like out.',
    )
    .version(manifest.version)
    .showHelpAfterError('Add --help to see what is possible.')
    .configureHelp({ showGlobalOptions: true }),
);
for (const register of [
  registerStart,
  registerServe,
  registerAnalyze,
  registerWorker,
  registerRecommend,
  registerSimilar,
  registerPath,
  registerListener,
  registerMap,
  registerLibrary,
  registerExport,
  registerFit,
  registerStudy,
  registerTrain,
  registerCompare,
  registerAblate,
  registerUser,
  registerBackup,
  registerDoctor,
]) {
  register(program);
}
const evaluate = program.command('evaluate').description('measure recommendations');
registerEvaluateGenres(evaluate);
registerEvaluateCentres(evaluate);
registerEvaluateEmbedders(evaluate);
registerEvaluateRecommenders(evaluate);

/** Codes of errors that another command line would have avoided. */
const mistakes: readonly string[] = [
  ...[
    'USAGE',
    'BAD_OPTION',
    'NOT_EMPTY',
    'BAD_BACKUP',
    'NO_SEEDS',
    'BAD_CONFIG',
    'BAD_HISTORY',
    'NOTHING_ANALYSED',
  ],
  ...[
    'UNKNOWN_SONG',
    'UNKNOWN_LISTENER',
    'UNKNOWN_MODEL',
    'NO_USERS',
    'BAD_PASSWORD',
    'LAST_ADMIN',
  ],
  ...['BAD_PLAN', 'UNKNOWN_STUDY', 'NOT_DRAFT', 'STUDY_OPEN', 'STUDY_CLOSED', 'TOO_FEW_SONGS'],
];

let endTracing: Awaited<ReturnType<typeof startTracing>>;
program.hook('preAction', async (_, command) => {
  endTracing = await startTracing(`consonance-${command.name()}`);
});

try {
  await program.parseAsync();
} catch (error) {
  const code = isExpected(error) ? error.code : 'INTERNAL';
  const message = error instanceof Error ? error.message : String(error);
  if (program.opts<{ json: boolean }>().json) {
    process.stdout.write(`${JSON.stringify({ error: { code, message } }, null, 2)}\n`);
  }
  console.error(
    picocolors.red(isExpected(error) ? message : String((error as Error)?.stack ?? error)),
  );
  process.exitCode = mistakes.includes(code) ? 2 : 1;
} finally {
  await endTracing?.();
}
