/** The environment is read here and nowhere else in the command line. */
import { homedir, platform } from 'node:os';
import path from 'node:path';

/** The per-user data folder by the platform's convention. */
export function defaultDataDirectory(env: NodeJS.ProcessEnv = process.env): string {
  if (env.CONSONANCE_DATA_DIR) return env.CONSONANCE_DATA_DIR;
  switch (platform()) {
    case 'darwin':
      return path.join(homedir(), 'Library', 'Application Support', 'consonance');
    case 'win32':
      return path.join(env.LOCALAPPDATA ?? path.join(homedir(), 'AppData', 'Local'), 'consonance');
    default:
      return path.join(env.XDG_DATA_HOME ?? path.join(homedir(), '.local', 'share'), 'consonance');
  }
}

/** Of the PostgreSQL server that holds the library; undefined: it is in the data directory. */
export const databaseUrl = (env: NodeJS.ProcessEnv = process.env): string | undefined =>
  env.DATABASE_URL || undefined;

/** Of the user whose API a worker fetches audio from. */
export const appPassword = (env: NodeJS.ProcessEnv = process.env): string | undefined =>
  env.CONSONANCE_APP_PASSWORD || undefined;
