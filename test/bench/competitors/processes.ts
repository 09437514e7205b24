/** Installs what Consonance is compared with, and talks to it. Nothing of it enters the product. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../../run.ts';
import type { Reply, Request, Versions } from './protocol.ts';

type Log = (text: string) => void;

/** The package with the competitors from npm. */
const bench = path.resolve(import.meta.dirname, '..');

/** For their processes: one thread, and no kernel of OpenBLAS forced upon them. */
const peerEnvironment: NodeJS.ProcessEnv = { ...process.env };
for (const name of ['OPENBLAS_CORETYPE', 'OPENBLAS_L2_SIZE']) delete peerEnvironment[name];

/** Once: essentia.js and Meyda from npm. */
function installNodePeers(log: Log): void {
  if (existsSync(path.join(bench, 'node_modules', '.package-lock.json'))) return;
  log('Installing essentia.js and Meyda from npm ...');
  const { status } = spawnSync('npm', ['ci'], { cwd: bench, stdio: ['ignore', 2, 2] });
  if (status !== 0) log('They could not be installed, see above: their rows will say so.');
}

/**
 * Once for each requirements.txt: a virtual environment below .cache. A peer that cannot be installed is left out, and tried again the
 * next time. `CONSONANCE_BENCH_PYTHON` names a Python that has the peers already.
 *
 * @returns the Python with the peers
 * @throws Error where there is no Python that makes virtual environments
 */
function pythonWithPeers(log: Log): string {
  const given = process.env.CONSONANCE_BENCH_PYTHON;
  if (given !== undefined) return given;
  const requirements = path.join(bench, 'requirements.txt');
  const folder = path.join(root, '.cache', 'bench-peers');
  const python = path.join(folder, 'bin', 'python');
  const stamp = path.join(folder, 'requirements.sha256');
  const text = readFileSync(requirements, 'utf8');
  const wanted = createHash('sha256').update(text).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return python;
  const succeeds = (command: string, ...args: string[]) =>
    spawnSync(command, args, { stdio: ['ignore', 2, 2] }).status === 0;
  if (!succeeds('python3', '-m', 'venv', folder))
    throw new Error(
      `Expected "python3 -m venv ${folder}" to succeed. The peers need Python 3.11 or newer with its venv module (Debian: apt-get install ` +
        'python3-venv), or a Python that has them already in CONSONANCE_BENCH_PYTHON.',
    );
  const pinned = text.split('\n').filter((line) => /^\w/.test(line));
  const missing = pinned.filter((requirement) => {
    log(`Installing ${requirement} from PyPI ...`);
    return !succeeds(python, '-m', 'pip', 'install', '-q', '-c', requirements, requirement);
  });
  if (missing.length === 0) writeFileSync(stamp, wanted);
  else log(`Not installed, see above, and so left out: ${missing.join(', ')}`);
  return python;
}

/** A process with competitors, which answers one request after the other. */
class CompetitorProcess {
  readonly #child;
  readonly #lines;
  #end = '';

  constructor(command: string, script: string) {
    this.#child = spawn(command, [path.join(import.meta.dirname, script)], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: peerEnvironment,
    });
    this.#child.on('error', (error) => (this.#end = error.message));
    this.#child.on('exit', (code, signal) => (this.#end = `${command} ended by ${signal ?? code}`));
    this.#child.stdin.on('error', () => {}); // it ended, which the next reading tells
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async read(): Promise<unknown> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`A process with competitors gave no answer: ${this.#end}`);
    return JSON.parse(value);
  }

  ask(request: Request): Promise<Reply> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    return this.read() as Promise<Reply>;
  }

  close(): void {
    this.#child.stdin.end();
  }
}

export interface Competitor {
  peer: string;
  version: string;
  ask(request: Omit<Request, 'peer'>): Promise<Reply>;
}

export interface Competitors {
  of(task: Request['task']): Competitor[];
  close(): void;
}

export async function startCompetitors(log: Log): Promise<Competitors> {
  installNodePeers(log);
  const python = pythonWithPeers(log);
  const processes = [
    new CompetitorProcess(process.execPath, 'node.ts'),
    new CompetitorProcess(python, 'python.py'),
  ];
  const close = () => processes.forEach((competitor) => competitor.close());
  const found: (Competitor & { task: string })[] = [];
  try {
    for (const competitor of processes) {
      const { versions } = (await competitor.read()) as { versions: Versions };
      for (const [task, peers] of Object.entries(versions)) {
        for (const [peer, version] of Object.entries(peers)) {
          const ask: Competitor['ask'] = (request) => competitor.ask({ ...request, peer });
          found.push({ task, peer, version, ask });
        }
      }
    }
  } catch (error) {
    close();
    throw error;
  }
  return { of: (task) => found.filter((competitor) => competitor.task === task), close };
}
