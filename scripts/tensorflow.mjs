/**
 * Provisions TensorFlow for @tensorflow/tfjs-node-gpu: the C library out of TensorFlow's Python wheel
 * (the package's own download is an old version on a host that many machines cannot reach; it is the
 * second way), and the package's N-API binding, compiled here. Node 20, no dependencies.
 *
 * Wheels are pinned with their SHA-256 in scripts/tensorflow/<platform>-<cpu|gpu>.txt; the GPU set is
 * taken where an NVIDIA driver answers. Each part is made in a temporary place and renamed, so an
 * interrupted run leaves nothing half done.
 */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { addonLinkFlags, compile, isMac } from '../packages/dsp-native/scripts/compile.mjs';
import { notFetched, python } from './python.mjs';

const version = '2.21.0';
const pins = path.join(import.meta.dirname, 'tensorflow');
const require = createRequire(import.meta.url);
const library = isMac ? 'libtensorflow_cc.2.dylib' : 'libtensorflow_cc.so.2';
const framework = isMac ? 'libtensorflow_framework.2.dylib' : 'libtensorflow_framework.so.2';

/** Resolves to { changed } once `require('@tensorflow/tfjs-node-gpu')` works. */
export async function provisionTensorflow({ root, log = console.error }) {
  const tfjs = path.dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json'));
  const platform = `${process.platform}-${process.arch}`;
  if (!existsSync(path.join(pins, `${platform}-cpu.txt`)))
    return installByPackage(tfjs, platform, log);

  let variant = hasGpu(platform) ? 'gpu' : 'cpu';
  const home = () => path.join(root, '.cache', 'tensorflow', `${version}-${variant}`);
  let changed = false;
  removeLeftovers(home());
  if (!existsSync(home())) {
    try {
      await fetchWheels(home(), platform, variant, log);
    } catch (error) {
      if (variant === 'cpu') return installByPackage(tfjs, platform, log, error);
      log(
        `The CUDA libraries could not be fetched (${error.message}); TensorFlow will run on the CPU.`,
      );
      variant = 'cpu';
      if (!existsSync(home())) await fetchWheels(home(), platform, variant, log);
    }
    changed = true;
  }
  changed = (await buildBinding(tfjs, home(), log)) || changed;
  return { changed };
}

const hasGpu = (platform) =>
  existsSync(path.join(pins, `${platform}-gpu.txt`)) &&
  spawnSync('nvidia-smi', ['-L'], { stdio: 'ignore' }).status === 0;

/** Fills `home` with tensorflow/ (libraries, C headers) and, for the GPU, nvidia/. */
async function fetchWheels(home, platform, variant, log) {
  const size = variant === 'gpu' ? 'about 4 GB' : 'about 270 MB';
  log(`Fetching TensorFlow ${version} for the ${variant.toUpperCase()} (${size}) ...`);
  const temporary = `${home}.${process.pid}.tmp`;
  mkdirSync(temporary, { recursive: true });
  try {
    await python(downloadArguments(platform, variant, temporary));
    await python(['-c', extractor, temporary]);
    mkdirSync(path.dirname(home), { recursive: true });
    if (!existsSync(home)) renameSync(path.join(temporary, 'out'), home);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** Half-fetched wheels of runs that were killed. */
function removeLeftovers(home) {
  const folder = path.dirname(home);
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const pid = /\.(\d+)\.tmp$/.exec(name)?.[1];
    if (pid && !isAlive(Number(pid))) rmSync(path.join(folder, name), { recursive: true });
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** The same pinned wheel whatever Python runs pip. pip checks the hashes. */
function downloadArguments(platform, variant, folder) {
  const tags = {
    'linux-x64': [
      'manylinux_2_27_x86_64',
      'manylinux_2_18_x86_64',
      'manylinux_2_17_x86_64',
      'manylinux2014_x86_64',
    ],
    'linux-arm64': ['manylinux_2_27_aarch64'],
    'darwin-arm64': ['macosx_12_0_arm64'],
  }[platform];
  return [
    ...['-m', 'pip', 'download', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:'],
    ...['--python-version', '311', '--implementation', 'cp', '--abi', 'cp311', '--abi', 'none'],
    ...tags.flatMap((tag) => ['--platform', tag]),
    ...['--require-hashes', '--dest', folder, '-r', path.join(pins, `${platform}-${variant}.txt`)],
  ];
}

/** Keeps the libraries and the C headers of the wheels; a wheel is deleted once it is unpacked. */
const extractor = `
import glob, os, sys, zipfile
folder = sys.argv[1]
for wheel in glob.glob(os.path.join(folder, '*.whl')):
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            top = name.startswith('tensorflow/libtensorflow')
            header = name.startswith(('tensorflow/include/tensorflow/', 'tensorflow/include/xla/', 'tensorflow/include/tsl/')) and name.endswith('.h')
            cuda = name.startswith('nvidia/') and ('/lib/' in name or '/bin/' in name or '/nvvm/' in name)
            if top or header or cuda:
                archive.extract(name, os.path.join(folder, 'out'))
    os.remove(wheel)
`;

/** Compiles the binding beside the libraries and links it to where the package looks for it. */
async function buildBinding(tfjs, home, log) {
  const include = path.join(home, 'tensorflow', 'include');
  const headers = path.dirname(require.resolve('node-api-headers/package.json'));
  const libraries = [library, framework].map((name) => path.join(home, 'tensorflow', name));
  const source = path.join(tfjs, 'binding');
  const output = path.join(home, 'binding', 'tfjs_binding.node');
  const compiled = await compile({
    output,
    units: ['tfjs_backend', 'tfjs_binding'].map((name) => ({
      name,
      source: path.join(source, `${name}.cc`),
    })),
    flags: [
      ...['-std=c++17', '-O2', '-fPIC', '-w', '-DNAPI_VERSION=8'],
      ...[`-I${include}`, `-I${tfjs}`, `-I${path.join(headers, 'include')}`],
    ],
    linkFlags: [
      ...addonLinkFlags,
      ...libraries,
      `-Wl,-rpath,${isMac ? '@loader_path' : '$ORIGIN'}/../tensorflow`,
    ],
    inputs: [source],
    log,
  });
  const napi = Math.max(...require(path.join(tfjs, 'package.json')).binary.napi_versions);
  const target = path.join(tfjs, 'lib', `napi-v${napi}`, 'tfjs_binding.node');
  const linked = lstatSync(target, { throwIfNoEntry: false }) !== undefined && existsSync(target);
  if (linked && !compiled) return false;
  mkdirSync(path.dirname(target), { recursive: true });
  rmSync(target, { force: true });
  symlinkSync(output, target);
  return true;
}

/** The second way: what the package would do by itself (TensorFlow 2.9, where its host can be reached). */
function installByPackage(tfjs, platform, log, cause) {
  if (readdirSync(tfjs).includes('lib')) return { changed: false };
  log(
    `No wheel for ${platform}${cause ? ` (${cause.message})` : ''}; trying the package's own download ...`,
  );
  const { status } = spawnSync(process.execPath, ['scripts/install.js', 'gpu', 'download'], {
    cwd: tfjs,
    stdio: 'inherit',
  });
  if (status === 0) return { changed: true };
  const reason = cause?.message ?? 'There is no wheel for this platform.';
  throw notFetched(`TensorFlow ${version} for ${platform}`, reason);
}

if (pathToFileURL(process.argv[1]).href === import.meta.url) {
  await provisionTensorflow({ root: path.dirname(import.meta.dirname) });
}
