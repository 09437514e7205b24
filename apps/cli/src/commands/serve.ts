import type { Command } from 'commander';
import { globalOptions } from '../context.ts';
import { port } from '../numbers.ts';
import { closeOnSignals, type ServeOptions, serveOn } from '../serving.ts';

export function registerServe(program: Command): void {
  withServeOptions(
    program
      .command('serve')
      .description('the dashboard, the API, and OpenSubsonic for other players'),
  ).action(async (chosen: ServeOptions, command: Command) => {
    const { dataDir } = globalOptions(command);
    const server = await serveOn(dataDir, chosen, { anyPort: false });
    console.log(server.url);
    const { closed } = closeOnSignals(server);
    await server.consonance.analysis.resume();
    await closed;
  });
}

export const withServeOptions = (command: Command): Command =>
  command
    .option('--port <n>', 'to listen on, 0 for any that is free (default: 7700)', port)
    .option('--host <address>', 'to listen on; any but this machine’s needs users with passwords');
