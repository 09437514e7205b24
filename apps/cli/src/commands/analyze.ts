import type { Command } from 'commander';
import { analyze, withConsonance } from '../compose.ts';
import { globalOptions, print } from '../context.ts';
import { analysisText } from '../report.ts';

export function registerAnalyze(program: Command): void {
  program
    .command('analyze')
    .description('add files and folders to the library and analyse what is new or changed')
    .argument('<paths...>', 'folders or audio files')
    .option('--retry-failures', 'try the files on the failure list again', false)
    .action(
      async (paths: string[], { retryFailures }: { retryFailures: boolean }, command: Command) => {
        const options = globalOptions(command);
        const result = await withConsonance(options.dataDir, (consonance) =>
          analyze(consonance, paths, { retryFailures }),
        );
        print(options, result, analysisText(result));
        if (result.aborted) process.exitCode = 130;
        else if (result.found === 0) process.exitCode = 1;
      },
    );
}
