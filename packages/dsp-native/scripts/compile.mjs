// Compiles C and C++ by calling the compiler directly: a machine needs g++ (or clang++) and Node,
// but no node-gyp, make or cmake. No dependencies and no syntax newer than Node 20, as the set-up
// runs before anything is installed.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const isMac = process.platform === 'darwin';
export const addonLinkFlags = isMac ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared'];

/**
 * Compiles `units` ({ name, source, flags? }) with the common `flags` and links them into `output`.
 * Does nothing when a hash over the files in `inputs` (folders are read recursively), all flags and
 * the compiler's version equals the one stored beside the output. An interrupted or a concurrent
 * run leaves either the old output or the new one. Resolves to true if something was compiled.
 */
export async function compile({
  output,
  units,
  flags,
  linkFlags,
  inputs,
  compiler = process.env.CXX ?? (isMac ? 'clang++' : 'g++'),
  log = console.log,
}) {
  const key = await hash({ compiler: await version(compiler), units, flags, linkFlags }, inputs);
  const stamp = `${output}.hash`;
  const isCurrent = (await readText(stamp)) === key && (await readText(output)) !== undefined;
  if (isCurrent) return false;

  const name = path.basename(output);
  log(`Compiling ${name} with ${compiler} ...`);
  const temporary = `${output}.${process.pid}.tmp`;
  await mkdir(temporary, { recursive: true });
  try {
    const objects = units.map((unit) => path.join(temporary, `${unit.name}.o`));
    await eachInParallel(units, async (unit, i) => {
      await execute(compiler, [
        ...flags,
        ...(unit.flags ?? []),
        '-c',
        unit.source,
        '-o',
        objects[i],
      ]);
    });
    const linked = path.join(temporary, name);
    await execute(compiler, [...objects, ...linkFlags, '-o', linked]);
    await rm(stamp, { force: true });
    await rename(linked, output);
    await writeFile(path.join(temporary, 'hash'), key);
    await rename(path.join(temporary, 'hash'), stamp);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return true;
}

async function version(compiler) {
  try {
    const { stdout } = await run(compiler, ['--version']);
    return `${compiler} ${process.arch} ${stdout}`;
  } catch {
    throw new Error(
      `Expected a C++ compiler at '${compiler}' but could not run it. ` +
        (isMac
          ? 'Install the command line tools with "xcode-select --install"'
          : 'Install g++ (Debian and Ubuntu: "apt install g++", Fedora: "dnf install gcc-c++")') +
        ' or name another one in the environment variable CXX.',
    );
  }
}

async function execute(command, args) {
  try {
    await run(command, args, { maxBuffer: 1 << 26 });
  } catch (error) {
    throw new Error(`${command} ${args.join(' ')}\n${error.stderr ?? error.message}`);
  }
}

async function hash(settings, inputs) {
  const digest = createHash('sha256').update(JSON.stringify(settings));
  for (const file of (await Promise.all(inputs.map(filesOf))).flat()) {
    digest.update(file).update(await readFile(file));
  }
  return digest.digest('hex');
}

async function filesOf(file) {
  const entries = await readdir(file, { withFileTypes: true }).catch((error) => {
    if (error.code === 'ENOTDIR') return null;
    throw error;
  });
  if (entries === null) return [file];
  const names = entries.map((entry) => entry.name).sort();
  return (await Promise.all(names.map((name) => filesOf(path.join(file, name))))).flat();
}

const readText = (file) => readFile(file, 'latin1').catch(() => undefined);

async function eachInParallel(items, work) {
  const queue = items.entries();
  const lanes = Array.from({ length: availableParallelism() }, async () => {
    for (const [index, item] of queue) await work(item, index);
  });
  await Promise.all(lanes);
}
