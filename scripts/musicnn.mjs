/**
 * Provisions the weights of MusiCNN (Pons and Serra 2019) out of the Python wheel that carries them:
 * 29 MB fetched, 3 MB kept. pip checks the wheel's SHA-256, this script that of the result. Made in a
 * temporary place and renamed, so an interrupted run leaves nothing half done. Node 20, no dependencies.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ProvisionError } from './tensorflow.mjs';

const version = '0.1.0';
const model = 'MSD_musicnn';
const sha256 = '38a42f047ae2cae3fd11ce375dd80570e767763fb0f84ef3cad869f1a5b5223e';
const scripts = path.join(import.meta.dirname, 'musicnn');

/** Resolves to { changed } once .cache/musicnn/<version>/MSD_musicnn.safetensors is there and whole. */
export async function provisionMusicnn({ root, log = console.error }) {
  const weights = path.join(root, '.cache', 'musicnn', version, `${model}.safetensors`);
  if (isWhole(weights)) return { changed: false };
  log(`Fetching the weights of MusiCNN ${version} (29 MB) ...`);
  const temporary = `${path.dirname(weights)}.${process.pid}.tmp`;
  mkdirSync(temporary, { recursive: true });
  try {
    const made = path.join(temporary, path.basename(weights));
    python([
      ...['-m', 'pip', 'download', '--disable-pip-version-check', '--quiet', '--no-deps'],
      ...['--only-binary=:all:', '--require-hashes', '--dest', temporary],
      ...['-r', path.join(scripts, 'requirements.txt')],
    ]);
    const wheel = readdirSync(temporary).find((name) => name.endsWith('.whl'));
    python([path.join(scripts, 'convert.py'), path.join(temporary, wheel), model, made]);
    if (!isWhole(made)) throw new ProvisionError(`Expected the SHA-256 ${sha256} for ${made}.`);
    mkdirSync(path.dirname(weights), { recursive: true });
    renameSync(made, weights);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return { changed: true };
}

const isWhole = (file) =>
  existsSync(file) && createHash('sha256').update(readFileSync(file)).digest('hex') === sha256;

function python(args) {
  const { status, stderr, error } = spawnSync('python3', args, {
    stdio: ['ignore', 2, 'pipe'],
    encoding: 'utf8',
  });
  if (status === 0) return;
  const reason = error?.message ?? stderr.trim().split('\n').slice(-3).join(' ');
  throw new ProvisionError(
    `The weights of MusiCNN ${version} could not be fetched.\n  ${reason}\n` +
      '  Is there a network connection, and does "python3 -m pip --version" answer? Then run the same command\n' +
      '  again; what is finished is not done twice.',
  );
}

if (pathToFileURL(process.argv[1]).href === import.meta.url) {
  await provisionMusicnn({ root: path.dirname(import.meta.dirname) });
}
