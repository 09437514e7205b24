// Makes the package that is published, for this platform and for those of `prebuilds`:
//   node scripts/package.mjs [folder for the .tgz; default: build]
// In the workspace the TypeScript sources run as they are, so the package is put together beside them.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from './build.mjs';

const root = path.dirname(import.meta.dirname);
const stage = path.join(root, 'build/package');
const require = createRequire(import.meta.url);

/**
 * Resolves to the path of the .tgz.
 * @param {{ destination?: string, log?: (line: string) => void }} [options]
 */
export async function makePackage({ destination = path.join(root, 'build'), log } = {}) {
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  run(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', 'tsconfig.package.json']);
  for (const entry of ['core', 'glue', 'vendor', 'README.md', 'scripts']) {
    cpSync(path.join(root, entry), path.join(stage, entry), {
      recursive: true,
      filter: isPublished,
    });
  }
  cpSync(path.join(root, '../../LICENSE'), path.join(stage, 'LICENSE'));
  writeFileSync(path.join(stage, 'package.json'), JSON.stringify(manifest(), null, 2) + '\n');
  await build({ log });
  const prebuilds = path.join(stage, 'prebuilds', `${process.platform}-${process.arch}`);
  const name = process.platform === 'linux' ? 'dsp.glibc.node' : 'dsp.node';
  cpSync(path.join(root, 'build/Release/dsp.node'), path.join(prebuilds, name));
  const [{ filename }] = JSON.parse(
    run('npm', ['pack', stage, '--json', '--ignore-scripts', '--pack-destination', destination]),
  );
  return path.join(destination, filename);
}

const developerScripts = ['package', 'test-arm64', 'instructions', 'instruction-kinds'];
const isPublished = (file) =>
  !['core/test', 'core/fuzz'].includes(path.relative(root, file)) &&
  !developerScripts.some((name) => file.endsWith(`scripts/${name}.mjs`));

function manifest() {
  const source = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const { name, version, license, type, description, keywords, engines, dependencies } = source;
  return {
    name,
    version,
    license,
    type,
    description,
    keywords,
    engines,
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
    os: ['linux', 'darwin'],
    scripts: { install: 'node scripts/install.mjs' },
    dependencies,
    gypfile: false,
  };
}

const run = (command, args) =>
  execFileSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(await makePackage({ destination: process.argv[2] }));
}
