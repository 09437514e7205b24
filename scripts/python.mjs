/** What the provisioning scripts do by Python: fetch pinned wheels with pip, and unpack them. Node 20, no dependencies. */
import { spawn } from 'node:child_process';

/** Runs python3. Its output is shown; where it fails, the last lines of it are the error. */
export function python(args) {
  return new Promise((resolve, reject) => {
    const child = spawn('python3', args, { stdio: ['ignore', 2, 'pipe'] });
    let tail = '';
    child.stderr.on('data', (data) => {
      process.stderr.write(data);
      tail = (tail + data).slice(-2000);
    });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(lastLines(tail)))));
  });
}

const lastLines = (text) => text.trim().split('\n').slice(-3).join(' ');

/** What went wrong and what to do about it, for people. */
export function notFetched(what, reason) {
  return new Error(
    `${what} could not be fetched.\n  ${reason}\n` +
      '  Is there a network connection, and does "python3 -m pip --version" answer? Then run the same command\n' +
      '  again; what is finished is not done twice.',
  );
}
