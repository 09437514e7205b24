import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { UsageError } from './errors.ts';

/**
 * Keeps this process and all that it starts on so many cores, any of those that it may use. Linux only,
 * with util-linux's `taskset`.
 *
 * @throws UsageError
 */
export function useCores(count: number): void {
  if (count >= availableParallelism()) return;
  try {
    const status = readFileSync('/proc/self/status', 'utf8');
    const allowed = coresOf(/^Cpus_allowed_list:\s*(\S+)$/m.exec(status)![1]!);
    // Not the first ones: other workers of this machine would take the same.
    const chosen = allowed
      .map((core) => ({ core, order: Math.random() }))
      .sort((a, b) => a.order - b.order)
      .slice(0, count)
      .map(({ core }) => core);
    const args = ['--all-tasks', '--cpu-list', '--pid', chosen.join(), String(process.pid)];
    execFileSync('taskset', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    throw new UsageError(
      `Expected Linux with the command "taskset" for --cpus: ${(error as Error).message}`,
    );
  }
}

/** '0-2,5' is 0, 1, 2 and 5. */
export const coresOf = (list: string): number[] =>
  list.split(',').flatMap((range) => {
    const [first, last = first] = range.split('-').map(Number);
    return Array.from({ length: last! - first! + 1 }, (_, index) => first! + index);
  });
