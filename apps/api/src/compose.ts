/** The wiring of the server: the only file that knows the concrete parts. */
import { openConsonance } from '@consonance/engine';
import type { Consonance } from '@consonance/engine';
import type { ServerConfig } from './config.ts';
import { createLog } from './log.ts';
import { Media } from './media/index.ts';
import { Accounts, isLoopback } from './security/index.ts';
import { createServer } from './server.ts';

export interface RunningServer {
  consonance: Consonance;
  /** Address for a browser. */
  url: string;
  /** Open requests are answered, the files in flight are analysed, the library is closed. */
  close(): Promise<void>;
}

/**
 * Opens the library and serves it.
 *
 * @param logFile standard error by default
 * @throws LibraryError, AccessError NO_USERS, or a system error when the port is taken
 */
export async function startServer(
  dataDirectory: string,
  config: ServerConfig,
  { logFile, webDirectory }: { logFile?: string; webDirectory?: string } = {},
): Promise<RunningServer> {
  const { host, port, allowedHosts, musicRoots, databaseUrl, logLevel } = config;
  const log = createLog(logLevel, logFile);
  const consonance = await openConsonance({ dataDirectory, databaseUrl });
  const media = new Media({ dataDirectory, frontEnd: () => consonance.model.frontEnd });
  const closeParts = async () => {
    await media.close();
    await consonance.close();
  };
  try {
    const accounts = await Accounts.open(consonance.library.users, {
      isLoopback: isLoopback(host),
    });
    const app = await createServer({
      consonance,
      accounts,
      media,
      log,
      allowedHosts,
      musicRoots,
      ...(webDirectory !== undefined && { webDirectory }),
    });
    await app.listen({ host, port });
    // So that the first request does not wait for a large library to be read.
    consonance.music().catch((error: unknown) => log.error({ err: error }, 'The library'));
    const { port: listening } = app.server.address() as { port: number };
    return {
      consonance,
      url: `http://${urlHost(host)}:${listening}`,
      async close() {
        await app.close();
        await closeParts();
        log.flush();
      },
    };
  } catch (error) {
    await closeParts();
    throw error;
  }
}

/** A server on every address is reached on this machine's own. */
const urlHost = (host: string): string => {
  if (host === '0.0.0.0' || host === '::' || host === '127.0.0.1') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
};
