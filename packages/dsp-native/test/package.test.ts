import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

import { melSpectrogram } from '../src/index.ts';
import { makePackage } from '../scripts/package.mjs';

const project = mkdtempSync(path.join(tmpdir(), 'consonance-dsp-package-'));
const require = createRequire(import.meta.url);
const run = (...args: string[]) =>
  execFileSync(process.execPath, args, { cwd: project, encoding: 'utf8' });

const frontEnd = { sampleRate: 12000, fftSize: 512, hopLength: 256, melBands: 96 };
const signal = 'Float32Array.from({ length: 4000 }, (_, i) => Math.sin(i * i))';
const use = `
  const result = dsp.melSpectrogram(${signal}, ${JSON.stringify(frontEnd)});
  let code = '';
  try { dsp.stft(new Float32Array(0), { fftSize: 512 }); } catch (error) {
    if (error instanceof dsp.DspError) code = error.code;
  }
  console.log(JSON.stringify({ data: [...result.data], code }));
`;
const expected = {
  data: [
    ...melSpectrogram(
      Float32Array.from({ length: 4000 }, (_, i) => Math.sin(i * i)),
      frontEnd,
    ).data,
  ],
  code: 'INVALID_ARGUMENT',
};

describe('the packed package in an empty project', () => {
  before(async () => {
    const archive = await makePackage({ destination: project, log: () => {} });
    writeFileSync(path.join(project, 'package.json'), '{ "private": true }');
    // Its dependencies come from here, so that no network is needed.
    const dependencies = ['node-gyp-build', 'node-addon-api', 'node-api-headers'].map((name) =>
      path.dirname(require.resolve(`${name}/package.json`)),
    );
    const options = ['--offline', '--ignore-scripts', '--install-links', '--no-audit', '--no-fund'];
    execFileSync('npm', ['install', ...options, archive, ...dependencies], {
      cwd: project,
      stdio: 'pipe',
    });
  });
  after(() => rmSync(project, { recursive: true }));

  test('works as an ES module', () => {
    const output = run(
      '--input-type=module',
      '--eval',
      `import * as dsp from '@consonance/dsp-native'; ${use}`,
    );
    assert.deepEqual(JSON.parse(output), expected);
  });

  test('works as a CommonJS module', () => {
    const output = run(
      '--input-type=commonjs',
      '--eval',
      `const dsp = require('@consonance/dsp-native'); ${use}`,
    );
    assert.deepEqual(JSON.parse(output), expected);
  });

  test('has types for both, that refuse a misspelt option', () => {
    const call = (options: string) =>
      `const mel: Float32Array = melSpectrogram(new Float32Array(99), ${options}).data; void mel;`;
    const good = call('{ sampleRate: 12000, fftSize: 512 }');
    const bad = `// @ts-expect-error misspelt\n${call('{ sampleRate: 12000, fftSise: 512 }')}`;
    const imported = "import { melSpectrogram } from '@consonance/dsp-native';";
    const required =
      "import dsp = require('@consonance/dsp-native'); const { melSpectrogram } = dsp;";
    writeFileSync(path.join(project, 'a.mts'), `${imported}\n${good}\n{\n${bad}\n}`);
    writeFileSync(path.join(project, 'b.cts'), `${required}\n${good}\n{\n${bad}\n}`);
    const options = ['--strict', '--noEmit', '--target', 'es2024'];
    run(
      require.resolve('typescript/bin/tsc'),
      ...options,
      '--module',
      'nodenext',
      'a.mts',
      'b.cts',
    );
  });

  const folder = path.join(project, 'node_modules/@consonance/dsp-native');
  const install = (env: NodeJS.ProcessEnv = {}) =>
    execFileSync(process.execPath, ['scripts/install.mjs'], {
      cwd: folder,
      stdio: 'pipe' as const,
      env: { ...process.env, ...env },
    });

  test('installs without a compiler, as the prebuilt addon fits', () => {
    install({ CXX: '/no/such/compiler' });
  });

  test('is compiled where no prebuilt addon fits', () => {
    rmSync(path.join(folder, 'prebuilds'), { recursive: true });
    assert.throws(() => install({ CXX: '/no/such/compiler' }), /Expected a C\+\+ compiler/);
    install();
    const script = `import * as dsp from '@consonance/dsp-native'; ${use}`;
    assert.deepEqual(JSON.parse(run('--input-type=module', '--eval', script)), expected);
  });
});
