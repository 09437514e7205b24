// Builds the addon:                       node scripts/build.mjs
// Builds and runs the core's own tests:   node scripts/build.mjs --test [--sanitize]
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { addonLinkFlags, compile } from './compile.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);

// Vectors are passed between static functions only, so the ABI note about them does not matter.
const common = ['-std=c++17', '-fPIC', '-fvisibility=hidden', '-Wall', '-Wextra', '-Wno-psabi'];
const release = ['-O3', '-DNDEBUG', '-fno-math-errno'];
const sanitized = [
  ...['-O1', '-g', '-fno-math-errno', '-fno-omit-frame-pointer'],
  ...['-fsanitize=address,undefined', '-fno-sanitize-recover=all'],
];

const instructionSets = {
  x64: {
    sse2: { bytes: 16, flags: [] },
    avx2: { bytes: 32, flags: ['-mavx2', '-mfma'] },
    avx512: { bytes: 64, flags: ['-mavx512f', '-mavx2', '-mfma'] },
  },
  arm64: { neon: { bytes: 16, flags: [] } },
};
const scalar = { bytes: 0, flags: [] };
const precisions = {
  float32: { type: 'float', bytes: 4 },
  float64: { type: 'double', bytes: 8 },
};

const kernels = Object.entries({ scalar, ...instructionSets[process.arch] }).flatMap(
  ([isa, { bytes, flags }]) =>
    Object.entries(precisions).map(([precision, number]) => ({
      name: `kernel_${isa}_${precision}`,
      source: path.join(root, 'core/kernel_lanes.cpp'),
      flags: [
        ...[...flags, '-ffp-contract=fast', '-Wno-sign-compare'],
        ...[`-DLANES_NAMESPACE=${isa}_${precision}`, `-DLANES_ISA=${isa}`],
        ...[`-DLANES_PRECISION=${precision}`, `-DSCALAR=${number.type}`],
        `-DLANES=${Math.max(1, bytes / number.bytes)}`,
      ],
    })),
);

const unit = (source) => ({
  name: source.replaceAll('/', '_'),
  source: path.join(root, source),
});

const core = [
  ...kernels,
  ...['options', 'kernels', 'window', 'mel_filterbank', 'stft', 'mel', 'compression'].map((name) =>
    unit(`core/${name}.cpp`),
  ),
];

/**
 * Compiles build/dsp.node if it is not up to date; resolves to true if it was compiled.
 * @param {{ log?: (line: string) => void }} [options]
 */
export async function build({ log } = {}) {
  return compile({
    log,
    output: path.join(root, 'build/dsp.node'),
    units: [...core, unit('glue/options.cpp'), unit('glue/addon.cpp')],
    flags: [
      ...[...common, ...release, '-DNAPI_VERSION=8', '-DNODE_ADDON_API_CPP_EXCEPTIONS_ALL'],
      // A worker thread that is being terminated cannot take an exception any more.
      '-DNODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
      ...['-isystem', require('node-api-headers').include_dir],
      ...['-isystem', path.dirname(require.resolve('node-addon-api/package.json'))],
    ],
    linkFlags: addonLinkFlags,
    inputs: ['core', 'glue', 'vendor'].map((folder) => path.join(root, folder)),
  });
}

/**
 * Compiles the C++ test program of the core, which knows nothing of Node; resolves to its path.
 * @param {{ sanitize?: boolean, log?: (line: string) => void }} [options]
 */
export async function buildTest({ sanitize = false, log } = {}) {
  const output = path.join(root, `build/core-test${sanitize ? '-sanitized' : ''}`);
  const mode = sanitize ? sanitized : release;
  await compile({
    log,
    output,
    units: [...core, unit('core/test/core_test.cpp')],
    flags: [...common, ...mode, '-pthread'],
    linkFlags: ['-pthread', ...(sanitize ? ['-fsanitize=address,undefined'] : [])],
    inputs: ['core', 'vendor'].map((folder) => path.join(root, folder)),
  });
  return output;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--test')) {
    const program = await buildTest({ sanitize: process.argv.includes('--sanitize') });
    execFileSync(program, { stdio: 'inherit' });
  } else {
    console.log((await build()) ? 'Built build/dsp.node.' : 'build/dsp.node is up to date.');
  }
}
