// Builds the addon and the sandbox: node scripts/build.mjs
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { addonLinkFlags, compile } from '../../dsp-native/scripts/compile.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);

const common = ['-std=c++17', '-fPIC', '-fvisibility=hidden', '-Wall', '-Wextra', '-Wno-psabi'];
const sanitizers = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
const release = ['-O3', '-DNDEBUG', '-fno-math-errno'];

const instructionSets = {
  x64: { sse2: { lanes: 4, flags: [] }, avx2: { lanes: 8, flags: ['-mavx2', '-mfma'] } },
  arm64: { neon: { lanes: 4, flags: [] } },
};

const unit = (source) => ({
  name: source.replaceAll('/', '_'),
  source: path.join(root, source),
});

const core = [
  ...Object.entries(instructionSets[process.arch] ?? {}).map(([isa, { lanes, flags }]) => ({
    ...unit('core/mp3_lanes.cpp'),
    name: `mp3_${isa}`,
    // The excerpt of dr_mp3 holds more than is used.
    flags: [...flags, `-DLANES_ISA=${isa}`, `-DLANES=${lanes}`, '-Wno-unused-function'],
  })),
  unit('core/mp3.cpp'),
];
const inputs = ['core', 'glue', 'vendor'].map((folder) => path.join(root, folder));

/**
 * Compiles build/decode.node and build/confine if they are not up to date; resolves to true if one was compiled. Other
 * processors than x64 and arm64 do without: their files are decoded by FFmpeg. Other systems than Linux have no `confine`.
 * @param {{ log?: (line: string) => void }} [options]
 */
export async function build({ log } = {}) {
  if (!(process.arch in instructionSets)) return false;
  const compiledSandbox = process.platform === 'linux' && (await buildSandbox(log));
  const compiledDecoder = await compile({
    log,
    output: path.join(root, 'build/decode.node'),
    units: [...core, unit('glue/addon.cpp')],
    flags: [
      ...[...common, ...release, '-DNAPI_VERSION=8', '-DNODE_ADDON_API_CPP_EXCEPTIONS_ALL'],
      ...['-isystem', require('node-api-headers').include_dir],
      ...['-isystem', path.dirname(require.resolve('node-addon-api/package.json'))],
    ],
    linkFlags: addonLinkFlags,
    inputs,
  });
  return compiledSandbox || compiledDecoder;
}

const buildSandbox = (log) =>
  compile({
    log,
    output: path.join(root, 'build/confine'),
    units: [unit('sandbox/confine.cpp')],
    flags: ['-std=c++17', '-O2', '-Wall', '-Wextra', '-fPIE'],
    linkFlags: ['-pie'],
    inputs: [path.join(root, 'sandbox')],
  });

/** Compiles the fuzz target with clang; resolves to its path. */
export async function buildFuzzer() {
  const output = path.join(root, 'build/fuzz-mp3');
  await compile({
    output,
    compiler: 'clang++',
    units: [...core, unit('core/fuzz/fuzz.cpp')],
    flags: [...common, '-O2', '-g', ...sanitizers, '-fsanitize=fuzzer-no-link'],
    linkFlags: [...sanitizers, '-fsanitize=fuzzer'],
    inputs,
  });
  return output;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log((await build()) ? 'Built.' : 'Everything is up to date.');
}
