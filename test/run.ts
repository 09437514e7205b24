/** Runs the real command in a child process, as a person would. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '..');
const main = path.join(root, 'apps', 'cli', 'src', 'main.ts');

export interface Result {
  code: number | null;
  stdout: string;
  stderr: string;
}

export const startCommand = (
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): ChildProcess =>
  spawn(process.execPath, [main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
    // A group of its own, as in a terminal.
    detached: true,
  });

/** Ctrl-C in the terminal of the command. */
export const pressCtrlC = (child: ChildProcess) => process.kill(-child.pid!, 'SIGINT');

export function finished(child: ChildProcess): Promise<Result> {
  const result = { stdout: '', stderr: '' };
  child.stdout!.setEncoding('utf8').on('data', (text) => (result.stdout += text));
  child.stderr!.setEncoding('utf8').on('data', (text) => (result.stderr += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...result }));
  });
}

export const consonance = (...args: string[]): Promise<Result> => finished(startCommand(args));

/** `consonance serve` on a free port, until the test ends. @returns its address */
export async function serve(
  t: { after(end: () => unknown): void },
  dataDirectory: string,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const child = startCommand(['serve', '--port', '0', '--data-dir', dataDirectory], {
    CONSONANCE_LOG_LEVEL: 'silent',
    ...environment,
  });
  const end = finished(child);
  t.after(async () => {
    child.kill('SIGTERM');
    await end;
  });
  const listening = new Promise<string>((resolve) => {
    child.stdout!.once('data', (text: string) => resolve(text.trim()));
  });
  return Promise.race([listening, end.then(({ stderr }) => assert.fail(stderr))]);
}
