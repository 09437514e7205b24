import { type Logger, pino } from 'pino';

export type { Logger };

/**
 * Structured logs, one JSON object a line.
 *
 * @param destination a file, whose folder is made; standard error by default
 */
export const createLog = (level: string, destination: string | number = 2): Logger =>
  pino({ level, base: null }, pino.destination({ dest: destination, mkdir: true, sync: false }));
