/**
 * Sets up everything a fresh clone needs, and only what is missing: npm packages, the project's own
 * Node, the native addons, TensorFlow, the weights of MusiCNN, the web pages. Runs on Node 20 without any
 * dependency; a second run takes well under a second; an interrupted run is taken up where it stopped.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.dirname(import.meta.dirname);
const log = (text) => console.error(text);

/** The project's own Node, pinned in package.json; an old system Node only starts this script. */
export const projectNode = path.join(root, 'node_modules', '.bin', 'node');

/** Commands of the project, and its Node, come first. */
export const projectEnv = {
  ...process.env,
  PATH: `${path.dirname(projectNode)}${path.delimiter}${process.env.PATH}`,
};

/** Something the machine lacks, with what to do about it. */
class SetupError extends Error {}

export async function setup() {
  const started = performance.now();
  checkMachine();
  const steps = [
    ...[installPackages, installNode, buildAddons, provisionTensorflow, provisionMusicnn],
    buildPages,
  ];
  let worked = false;
  for (const step of steps) worked = (await step()) || worked;
  if (worked) log(`Set-up done in ${((performance.now() - started) / 1000).toFixed(0)} s.`);
}

function checkMachine() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20) throw new SetupError(`Expected Node 20 or newer but this is ${process.version}.`);
  const compiler = process.env.CXX || 'g++';
  const missing = [
    !answers('python3', ['-m', 'pip', '--version']) && 'python3 with pip (to fetch TensorFlow)',
    !answers(compiler, ['--version']) && `a C++ compiler (${compiler}, or set CXX)`,
  ].filter(Boolean);
  if (missing.length > 0) {
    throw new SetupError(
      `This machine lacks ${missing.join(' and ')}.\n` +
        '  Debian, Ubuntu: sudo apt-get install python3 python3-pip g++\n' +
        '  Fedora:         sudo dnf install python3 python3-pip gcc-c++\n' +
        '  macOS:          xcode-select --install\n' +
        'Then run the same command again.',
    );
  }
}

const answers = (command, args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** npm ci, unless node_modules was made from this very lock file. */
function installPackages() {
  const lock = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = path.join(root, 'node_modules', '.consonance-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return false;
  log('Installing npm packages ...');
  npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(stamp, lock);
  return true;
}

function installNode() {
  if (answers(projectNode, ['--version'])) return false;
  log("Installing the project's own Node ...");
  npm(['rebuild', 'node', '--ignore-scripts=false', '--loglevel=error']);
  if (!answers(projectNode, ['--version'])) {
    throw new SetupError(`Expected a working Node at ${projectNode} after "npm rebuild node".`);
  }
  return true;
}

async function buildAddons() {
  let built = false;
  for (const name of ['dsp-native', 'decode-native', 'convolve-native']) {
    const { build } = await import(`../packages/${name}/scripts/build.mjs`);
    built = (await build({ log })) || built;
  }
  return built;
}

async function provisionTensorflow() {
  const { provisionTensorflow } = await import('./tensorflow.mjs');
  return (await provisionTensorflow({ log, root })).changed;
}

async function provisionMusicnn() {
  const { provisionMusicnn } = await import('./musicnn.mjs');
  return (await provisionMusicnn({ log, root })).changed;
}

async function buildPages() {
  const { buildWeb } = await import('./web.mjs');
  return buildWeb({ log, root, env: projectEnv });
}

function npm(args) {
  try {
    execFileSync('npm', args, { cwd: root, stdio: ['ignore', 2, 2] });
  } catch {
    throw new SetupError(
      `"npm ${args.join(' ')}" failed, see above. Without a network connection, connect and run the same ` +
        'command again; nothing that is finished is done twice.',
    );
  }
}

/** Runs a set-up and turns its failure into a message and an exit code. */
export async function setupOrExit() {
  try {
    await setup();
  } catch (error) {
    log(`\nSet-up stopped: ${error.message}`);
    process.exit(1);
  }
}

if (pathToFileURL(process.argv[1]).href === import.meta.url) {
  await setupOrExit();
  log(
    `Ready. Next: "npm start" or "npx consonance --help" in ${fileURLToPath(new URL('..', import.meta.url))}`,
  );
}
