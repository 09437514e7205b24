/** CPU time and memory of a command with all its descendants (Linux). */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface Usage {
  /** User and system time of the whole tree, seconds. */
  cpuSeconds: number;
  wallSeconds: number;
  /** Largest sum of the tree's resident memory (pages shared between processes counted once each), bytes. */
  peakBytes: number;
}

/** getrusage(RUSAGE_CHILDREN) counts every descendant that was waited for; Node does not offer it. */
const wrapper = `
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(usage.ru_utime + usage.ru_stime)
sys.exit(code)
`;

export async function measure(command: readonly string[]): Promise<Usage> {
  const started = performance.now();
  const child = spawn('python3', ['-c', wrapper, ...command], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let peakBytes = 0;
  const sampler = setInterval(() => {
    peakBytes = Math.max(peakBytes, treeBytes(child.pid!));
  }, 200);
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearInterval(sampler);
  if (code !== 0) throw new Error(`"${command.join(' ')}" ended with ${code}`);
  return {
    cpuSeconds: Number(output),
    wallSeconds: (performance.now() - started) / 1000,
    peakBytes,
  };
}

/** Proportional set sizes: memory shared by n processes counts 1/n in each. */
const treeBytes = (rootPid: number): number =>
  sumOverTree(rootPid, (pid) => {
    const kilobytes = /^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1];
    return 1024 * Number(kilobytes ?? 0);
  });

/** CPU time of a process and all that it started, ended ones included, in hundredths of a second. */
export const treeCpuSeconds = (rootPid: number): number =>
  sumOverTree(rootPid, (pid) => {
    // utime, stime and those of ended children, after the name in brackets.
    const fields = read(`/proc/${pid}/stat`).split(') ')[1]?.split(' ') ?? [];
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) / 100, 0);
  });

function sumOverTree(rootPid: number, of: (pid: number) => number): number {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const parent = Number(read(`/proc/${entry}/stat`).split(') ')[1]?.split(' ')[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const sum = (pid: number): number =>
    (children.get(pid) ?? []).reduce((total, child) => total + sum(child), of(pid));
  return sum(rootPid);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // the process ended meanwhile
  }
}
