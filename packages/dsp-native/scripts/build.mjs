// Builds the addon:                       node scripts/build.mjs
// Builds and runs the core's own tests:   node scripts/build.mjs --test [--sanitize]
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { addonLinkFlags, compile, isMac } from './compile.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);

// Vectors are passed between static functions only, so the ABI note about them does not matter.
const common = ['-std=c++17', '-fPIC', '-fvisibility=hidden', '-Wall', '-Wextra', '-Wno-psabi'];
const release = ['-O3', '-DNDEBUG', '-fno-math-errno'];
const sanitized = [
  ...['-O0', '-g', '-fno-math-errno', '-fno-omit-frame-pointer'],
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

const kernelUnit = (source, name, { bytes, flags }, number) => ({
  name: `${source}_${name}`,
  source: path.join(root, `core/${source}.cpp`),
  flags: [
    ...[...flags, '-ffp-contract=fast', '-Wno-sign-compare'],
    ...[`-DLANES_NAMESPACE=${name}`, `-DSCALAR=${number.type}`],
    `-DLANES=${Math.max(1, bytes / number.bytes)}`,
  ],
});

const kernels = (architecture) =>
  Object.entries({ scalar, ...instructionSets[architecture] }).flatMap(([isa, set]) => [
    ...Object.entries(precisions).map(([precision, number]) => {
      const unit = kernelUnit('kernel_lanes', `${isa}_${precision}`, set, number);
      return { ...unit, flags: [...unit.flags, `-DLANES_PRECISION=${precision}`] };
    }),
    kernelUnit('kernel_compression', isa, set, precisions.float64),
  ]);

const unit = (source) => ({
  name: source.replaceAll('/', '_'),
  source: path.join(root, source),
});

const core = (architecture = process.arch) => [
  ...kernels(architecture),
  ...['options', 'kernels', 'window', 'mel_filterbank', 'parallel', 'stft', 'mel'].map((name) =>
    unit(`core/${name}.cpp`),
  ),
  unit('core/compression.cpp'),
];

/** Where node-gyp-build looks first. */
const addon = path.join(root, 'build/Release/dsp.node');

/**
 * Compiles the addon if it is not up to date; resolves to true if it was compiled. Another output,
 * architecture and compiler make it for another machine.
 * @param {{ log?: (line: string) => void, output?: string, architecture?: string, compiler?: string }} [options]
 */
export async function build({ log, output = addon, architecture, compiler } = {}) {
  return compile({
    log,
    output,
    compiler,
    units: [...core(architecture), unit('glue/options.cpp'), unit('glue/addon.cpp')],
    flags: [
      ...[...common, ...release, '-DNAPI_VERSION=8', '-DNODE_ADDON_API_CPP_EXCEPTIONS_ALL'],
      // A worker thread that is being terminated cannot take an exception any more.
      '-DNODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
      ...['-isystem', require('node-api-headers').include_dir],
      ...['-isystem', path.dirname(require.resolve('node-addon-api/package.json'))],
    ],
    // An addon that is made here runs where another compiler's libraries are.
    linkFlags: [...addonLinkFlags, ...(isMac ? [] : ['-s', '-static-libstdc++', '-static-libgcc'])],
    inputs: ['core', 'glue', 'vendor'].map((folder) => path.join(root, folder)),
  });
}

/**
 * Compiles the C++ test program of the core, which knows nothing of Node; resolves to its path.
 * @param {{ sanitize?: boolean, log?: (line: string) => void }} [options]
 */
export const buildTest = ({ sanitize = false, log } = {}) =>
  buildProgram({
    name: sanitize ? 'core-test-sanitized' : 'core-test',
    source: 'core/test/core_test.cpp',
    flags: sanitize ? sanitized : release,
    linkFlags: sanitize ? ['-fsanitize=address,undefined'] : [],
    log,
  });

/** Compiles what callgrind counts; resolves to its path. */
export const buildInstructions = () =>
  buildProgram({
    name: 'instructions',
    source: 'core/test/instructions.cpp',
    flags: [...release, '-g'],
  });

/**
 * Compiles what measures this machine's peak rates; resolves to its path.
 * @param {{ log?: (line: string) => void }} [options]
 */
export const buildPeak = ({ log } = {}) =>
  buildProgram({
    log,
    name: 'peak',
    source: 'core/test/peak.cpp',
    flags: [...release, process.arch === 'x64' ? '-march=native' : '-mcpu=native'],
  });

/** Compiles the core's fuzz target with clang; resolves to its path. */
export const buildFuzzer = () =>
  buildProgram({
    name: 'fuzz-core',
    source: 'core/fuzz/fuzz.cpp',
    compiler: 'clang++',
    flags: [...sanitized, '-O1', '-fsanitize=fuzzer-no-link', '-Wno-unknown-pragmas'],
    linkFlags: ['-fsanitize=fuzzer,address,undefined'],
  });

/** Compiles a program with the core; resolves to its path. */
async function buildProgram({ name, source, flags, linkFlags = [], compiler, log }) {
  const output = path.join(root, 'build', name);
  await compile({
    log,
    output,
    compiler,
    units: [...core(), unit(source)],
    flags: [...common, ...flags, '-pthread'],
    linkFlags: ['-pthread', ...linkFlags],
    inputs: ['core', 'vendor'].map((folder) => path.join(root, folder)),
  });
  return output;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--test')) {
    const program = await buildTest({ sanitize: process.argv.includes('--sanitize') });
    execFileSync(program, { stdio: 'inherit' });
  } else {
    console.log((await build()) ? 'Built the addon.' : 'The addon is up to date.');
  }
}
