/** Installs what Consonance is compared with, and talks to it. Nothing of it enters the product. */
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../../run.ts';
import type { Reply, Request, Versions } from './protocol.ts';

/** The package with the competitors from npm. */
const bench = path.resolve(import.meta.dirname, '..');

/** For their processes: one thread, and no kernel of OpenBLAS forced upon them. */
const peerEnvironment: NodeJS.ProcessEnv = { ...process.env };
for (const name of ['OPENBLAS_CORETYPE', 'OPENBLAS_L2_SIZE']) delete peerEnvironment[name];

/** Once: essentia.js and Meyda from npm. */
function installNodePeers(): void {
  if (existsSync(path.join(bench, 'node_modules', 'meyda'))) return;
  console.error('Installing the peers from npm ...');
  execFileSync('npm', ['ci'], { cwd: bench, stdio: ['ignore', 'ignore', 'inherit'] });
}

/**
 * Once for each requirements.txt: a virtual environment below .cache; PyTorch with its CUDA libraries takes 5 GB.
 * `CONSONANCE_BENCH_PYTHON` names a Python that has the peers already.
 *
 * @returns the Python with the peers
 */
function pythonWithPeers(): string {
  const given = process.env.CONSONANCE_BENCH_PYTHON;
  if (given !== undefined) return given;
  const requirements = path.join(bench, 'requirements.txt');
  const folder = path.join(root, '.cache', 'bench-peers');
  const python = path.join(folder, 'bin', 'python');
  const stamp = path.join(folder, 'requirements.sha256');
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return python;
  console.error('Installing the peers from PyPI (5 GB, minutes) ...');
  const options = { stdio: ['ignore', 'ignore', 'inherit'] as ['ignore', 'ignore', 'inherit'] };
  execFileSync('python3', ['-m', 'venv', folder], options);
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', '-r', requirements], options);
  writeFileSync(stamp, wanted);
  return python;
}

/** A process with competitors, which answers one request after the other. */
class CompetitorProcess {
  readonly #child;
  readonly #lines;

  constructor(command: string, script: string) {
    this.#child = spawn(command, [path.join(import.meta.dirname, script)], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: peerEnvironment,
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async read(): Promise<unknown> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error('A process with competitors ended.');
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

export async function startCompetitors(): Promise<Competitors> {
  installNodePeers();
  const processes = [
    new CompetitorProcess(process.execPath, 'node.ts'),
    new CompetitorProcess(pythonWithPeers(), 'python.py'),
  ];
  const found: (Competitor & { task: string })[] = [];
  for (const competitor of processes) {
    const { versions } = (await competitor.read()) as { versions: Versions };
    for (const [task, peers] of Object.entries(versions)) {
      for (const [peer, version] of Object.entries(peers))
        found.push({ task, peer, version, ask: (request) => competitor.ask({ ...request, peer }) });
    }
  }
  return {
    of: (task) => found.filter((competitor) => competitor.task === task),
    close: () => processes.forEach((competitor) => competitor.close()),
  };
}
