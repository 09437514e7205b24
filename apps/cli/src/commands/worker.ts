import path from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { withConsonance } from '../compose.ts';
import { globalOptions, print } from '../context.ts';
import { niceness, positiveInteger } from '../numbers.ts';
import { stopOnSignals } from '../stop-on-signals.ts';

interface WorkerOptions {
  concurrency?: number;
  nice: number;
  mapPath: [from: string, to: string][];
  untilEmpty: boolean;
}

export function registerWorker(program: Command): void {
  program
    .command('worker')
    .description('analyse what is pending, together with workers on other machines (DATABASE_URL)')
    .option('--concurrency <n>', 'files decoded at a time (default: one a core)', positiveInteger)
    .option('--nice <n>', 'how much it stands back for other programs, 0 to 19', niceness, 10)
    .option(
      '--map-path <from=to>',
      'folder as the library knows it, and where this machine has it; may be repeated',
      addMapping,
      [],
    )
    .option('--until-empty', 'end when nothing is pending', false)
    .action(async (chosen: WorkerOptions, command: Command) => {
      const options = globalOptions(command);
      const { signal, release } = stopOnSignals();
      const counts = { analysed: 0, failed: 0 };
      const log = (text: string) => console.error(text);
      await withConsonance(options.dataDir, (consonance) =>
        consonance.work({
          ...{ workers: chosen.concurrency, niceness: chosen.nice, signal },
          untilEmpty: chosen.untilEmpty,
          localPath: (file) => mapped(file, chosen.mapPath),
          onFile(file, failure) {
            counts[failure === undefined ? 'analysed' : 'failed'] += 1;
            log(failure === undefined ? file : `${file}: ${failure}`);
          },
          onProblem: (error) => log(`Will be tried again: ${messageOf(error)}`),
        }),
      ).finally(release);
      print(options, counts, `${counts.analysed} analysed, ${counts.failed} failed here.`);
    });
}

function addMapping(text: string, mappings: WorkerOptions['mapPath']): WorkerOptions['mapPath'] {
  const [from, to, ...rest] = text.split('=');
  if (from?.startsWith('/') && to && rest.length === 0) {
    return [...mappings, [path.resolve(from), path.resolve(to)]];
  }
  throw new InvalidArgumentError(
    `Expected two folders as /music=/mnt/music but received "${text}".`,
  );
}

/** The longest folder that fits counts. */
export function mapped(file: string, mappings: WorkerOptions['mapPath']): string {
  const [best] = mappings
    .filter(([from]) => file.startsWith(from + path.sep))
    .sort((a, b) => b[0].length - a[0].length);
  return best ? path.join(best[1], file.slice(best[0].length)) : file;
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
