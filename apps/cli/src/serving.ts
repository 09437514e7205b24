import type { RunningServer } from '@consonance/api';

export interface ServeOptions {
  port?: number;
  host?: string;
}

/**
 * Serves on the port of flag or environment or, where that is only the default and taken, on another
 * if any will do. `isEmbedded`: whatever the environment says, the library is in the data directory.
 * The server is loaded here: most commands need none.
 */
export async function serveOn(
  dataDirectory: string,
  flags: ServeOptions,
  {
    anyPort,
    isEmbedded = false,
    logFile,
  }: { anyPort: boolean; isEmbedded?: boolean; logFile?: string },
): Promise<RunningServer> {
  const { readConfig, startServer } = await import('@consonance/api');
  const config = readConfig(flags);
  if (isEmbedded) config.databaseUrl = undefined;
  const options = logFile === undefined ? {} : { logFile };
  try {
    return await startServer(dataDirectory, config, options);
  } catch (error) {
    if (!anyPort || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return startServer(dataDirectory, { ...config, port: 0 }, options);
  }
}

/** Closes the server in good order on the first Ctrl-C; the second ends the process at once. */
export function closeOnSignals(server: RunningServer): { closed: Promise<void> } {
  const { promise: closed, resolve, reject } = Promise.withResolvers<void>();
  let isClosing = false;
  const stop = () => {
    if (isClosing) process.exit(130);
    isClosing = true;
    if (server.consonance.analysis.isRunning) {
      console.error('\nStopping after the files in flight; press Ctrl-C again to stop at once.');
    }
    server.close().then(resolve, reject);
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return { closed };
}

/** Shows the address in a browser where a person at a desktop is looking. */
export async function openBrowser(url: string): Promise<void> {
  const hasDesktop =
    ['darwin', 'win32'].includes(process.platform) ||
    Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
  if (!process.stdout.isTTY || !hasDesktop) return;
  const { default: open } = await import('open');
  await open(url).catch(() => {});
}
