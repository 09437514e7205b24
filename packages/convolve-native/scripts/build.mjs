// Builds the addon: node scripts/build.mjs
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { addonLinkFlags, compile } from '../../dsp-native/scripts/compile.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);

const instructionSets = {
  x64: ['-mavx2', '-mfma', '-DLANES_ISA=avx2', '-DLANES=8'],
  arm64: ['-DLANES_ISA=neon', '-DLANES=4'],
};

const parallel = path.join(root, '../dsp-native/core/parallel.cpp');

const common = ['-std=c++17', '-fPIC', '-fvisibility=hidden', '-Wall', '-Wextra', '-Wno-psabi'];
const sanitizers = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];

const unit = (source, flags) => ({
  name: source.replaceAll('/', '_'),
  source: path.join(root, source),
  flags,
});
const core = (lanes) => [
  unit('core/filter_bank_lanes.cpp', [...lanes, '-ffp-contract=fast']),
  unit('core/filter_bank.cpp'),
  { name: 'parallel', source: parallel },
];

/**
 * Compiles build/convolve.node if it is not up to date; resolves to true if it was compiled. Other processors than x64 and
 * arm64 do without: TensorFlow does the work.
 * @param {{ log?: (line: string) => void }} [options]
 */
export async function build({ log } = {}) {
  const lanes = instructionSets[process.arch];
  if (lanes === undefined) return false;
  return compile({
    log,
    output: path.join(root, 'build/convolve.node'),
    units: [...core(lanes), unit('glue/addon.cpp')],
    flags: [
      ...[...common, '-O3', '-DNDEBUG', '-fno-math-errno'],
      ...['-DNAPI_VERSION=8', '-DNODE_ADDON_API_CPP_EXCEPTIONS_ALL'],
      ...['-isystem', require('node-api-headers').include_dir],
      ...['-isystem', path.dirname(require.resolve('node-addon-api/package.json'))],
    ],
    linkFlags: addonLinkFlags,
    inputs: [...['core', 'glue'].map((folder) => path.join(root, folder)), parallel],
  });
}

/** Compiles the fuzz target with clang; resolves to its path. */
export async function buildFuzzer() {
  const output = path.join(root, 'build/fuzz-filter-bank');
  await compile({
    output,
    compiler: 'clang++',
    units: [...core(instructionSets[process.arch]), unit('core/fuzz/fuzz.cpp')],
    flags: [...common, '-O2', '-g', ...sanitizers, '-fsanitize=fuzzer-no-link'],
    linkFlags: [...sanitizers, '-fsanitize=fuzzer'],
    inputs: [path.join(root, 'core'), parallel],
  });
  return output;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(
    (await build()) ? 'Built build/convolve.node.' : 'build/convolve.node is up to date.',
  );
}
