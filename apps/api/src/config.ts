/** The environment is read here and nowhere else; flags of the command go before it. */
import { homedir } from 'node:os';
import path from 'node:path';

export interface ServerConfig {
  /** Address to listen on. */
  host: string;
  /** 0: any that is free. */
  port: number;
  /** Names that a reverse proxy gives the server. */
  allowedHosts: string[];
  /** Directories below which folders of music can be chosen. */
  musicRoots: string[];
  /** Of the PostgreSQL server that holds the library; undefined: it is in the data directory. */
  databaseUrl: string | undefined;
  /** Of pino: trace, debug, info, warn, error, fatal or silent. */
  logLevel: string;
}

export const defaultPort = 7700;

/** @throws ConfigError naming the variable */
export function readConfig(
  flags: { host?: string | undefined; port?: number | undefined } = {},
  env: NodeJS.ProcessEnv = process.env,
): ServerConfig {
  return {
    host: flags.host ?? env.CONSONANCE_HOST ?? '127.0.0.1',
    port: flags.port ?? portOf(env.CONSONANCE_PORT) ?? defaultPort,
    allowedHosts: listOf(env.CONSONANCE_ALLOWED_HOSTS, ','),
    musicRoots: env.CONSONANCE_MUSIC_ROOTS
      ? listOf(env.CONSONANCE_MUSIC_ROOTS, path.delimiter)
      : [homedir(), '/media', '/mnt', '/Volumes'],
    databaseUrl: env.DATABASE_URL || undefined,
    logLevel: levelOf(env.CONSONANCE_LOG_LEVEL),
  };
}

export class ConfigError extends Error {
  readonly code = 'BAD_CONFIG';

  constructor(what: string, name: string, received: string) {
    super(`Expected ${what} for ${name} but received "${received}".`);
    this.name = 'ConfigError';
  }
}

const listOf = (text: string | undefined, separator: string): string[] =>
  (text ?? '')
    .split(separator)
    .map((item) => item.trim())
    .filter(Boolean);

function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (text.trim() !== '' && Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new ConfigError('a port from 0 to 65535', 'CONSONANCE_PORT', text);
}

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

function levelOf(text = 'info'): string {
  if (levels.includes(text)) return text;
  throw new ConfigError(`one of ${levels.join(', ')}`, 'CONSONANCE_LOG_LEVEL', text);
}
