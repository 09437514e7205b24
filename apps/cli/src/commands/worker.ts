import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Consonance, fetchingFrom } from '@consonance/engine';
import { type LocalFile, type PendingFile, messageOf } from '@consonance/library';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { withConsonance } from '../compose.ts';
import { globalOptions, print } from '../context.ts';
import { useCores } from '../cores.ts';
import { appPassword } from '../data-directory.ts';
import { niceness, port, positiveInteger } from '../numbers.ts';
import { stopOnSignals } from '../stop-on-signals.ts';

interface WorkerOptions {
  concurrency?: number;
  cpus?: number;
  nice: number;
  audioFrom?: string;
  metricsPort?: number;
  metricsHost: string;
  mapPath: [from: string, to: string][];
  untilEmpty: boolean;
}

export function registerWorker(program: Command): void {
  program
    .command('worker')
    .description('analyse what is pending, together with workers on other machines (DATABASE_URL)')
    .option('--concurrency <n>', 'files decoded at a time (default: one a core)', positiveInteger)
    .option('--cpus <n>', 'cores that it may use (Linux; default: all)', positiveInteger)
    .option('--nice <n>', 'how much it stands back for other programs, 0 to 19', niceness, 10)
    .option(
      '--map-path <from=to>',
      'folder as the library knows it, and where this machine has it; may be repeated',
      addMapping,
      [],
    )
    .addOption(
      new Option(
        '--audio-from <url>',
        'fetch each file from an API of the same library; CONSONANCE_APP_PASSWORD logs in there',
      )
        .argParser(webAddress)
        .conflicts('mapPath'),
    )
    .option('--metrics-port <n>', 'serve /metrics for Prometheus there, 0 for any', port)
    .option('--metrics-host <address>', 'to listen on for them', '127.0.0.1')
    .option('--until-empty', 'end when nothing is pending', false)
    .action(async (chosen: WorkerOptions, command: Command) => {
      const options = globalOptions(command);
      if (chosen.cpus !== undefined) useCores(chosen.cpus);
      const { signal, release } = stopOnSignals();
      const counts = { analysed: 0, failed: 0 };
      const log = (text: string) => console.error(text);
      await withConsonance(options.dataDir, async (consonance) => {
        await using metrics = await metricsOf(consonance, chosen);
        if (metrics) log(metrics.url);
        await consonance.work({
          workers: chosen.concurrency,
          niceness: chosen.nice,
          signal,
          untilEmpty: chosen.untilEmpty,
          locate: chosen.audioFrom
            ? fetchingFrom({ url: chosen.audioFrom, appPassword: appPassword() })
            : (file) => mounted(file, chosen.mapPath),
          onFile(file, failure) {
            counts[failure === undefined ? 'analysed' : 'failed'] += 1;
            metrics?.onFile(failure);
            log(failure === undefined ? file : `${file}: ${failure}`);
          },
          ...(metrics && { onJob: metrics.onJob }),
          onProblem: (error) => log(`Will be tried again: ${messageOf(error)}`),
        });
      }).finally(release);
      print(options, counts, `${counts.analysed} analysed, ${counts.failed} failed here.`);
    });
}

/** The server of the metrics is loaded here: most workers have none. */
async function metricsOf(consonance: Consonance, { metricsPort, metricsHost }: WorkerOptions) {
  if (metricsPort === undefined) return undefined;
  const { serveWorkerMetrics } = await import('@consonance/api');
  return serveWorkerMetrics(consonance.library, () => consonance.modelId, {
    host: metricsHost,
    port: metricsPort,
  });
}

function webAddress(text: string): string {
  const isWeb = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
  if (isWeb) return text;
  throw new InvalidArgumentError(
    `Expected an address as https://music.example.org but received "${text}".`,
  );
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

/** @throws Error where this machine lacks the file */
async function mounted(
  { path: file }: PendingFile,
  mappings: WorkerOptions['mapPath'],
): Promise<LocalFile> {
  const local = mapped(file, mappings);
  if (!existsSync(local)) throw new Error(`${local} is not there on this machine`);
  return { path: local, [Symbol.asyncDispose]: async () => {} };
}

/** The longest folder that fits counts. */
export function mapped(file: string, mappings: WorkerOptions['mapPath']): string {
  const [best] = mappings
    .filter(([from]) => file.startsWith(from + path.sep))
    .sort((a, b) => b[0].length - a[0].length);
  return best ? path.join(best[1], file.slice(best[0].length)) : file;
}
